"""PyTorch implementations, one module per paper, each to be read top to bottom beside the paper."""
