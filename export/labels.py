"""What classes are called, by the data that a network was trained on."""

LABELS = {
    "cifar10": {
        "en": ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
        "zh": ["飞机", "汽车", "鸟", "猫", "鹿", "狗", "青蛙", "马", "船", "卡车"],
    },
    "membranes": {"en": ["membrane", "cell interior"], "zh": ["细胞膜", "细胞内部"]},
    "nuclei": {"en": ["background", "nucleus"], "zh": ["背景", "细胞核"]},
    "bccd": {
        "en": ["red cell", "white cell", "platelet"],
        "zh": ["红细胞", "白细胞", "血小板"],
    },
}

# Of what a detector counts; Chinese needs none.
PLURALS = {"bccd": ["red cells", "white cells", "platelets"]}
