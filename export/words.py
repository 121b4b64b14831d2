"""The sentences of generated pages, in both languages: `say(language)("cite")`."""

from collections.abc import Callable

NO_BREAK = "\N{NO-BREAK SPACE}"

WORDS = {
    "reviewed": ("Last checked against the paper on {date}", "最近一次与论文核对：{date}"),
    "papers": ("Papers", "论文"),
    "papers_intro": (
        "All papers of our two source indexes, in their order. Those marked can be tried: a review for a course, the "
        "network drawn block by block, and a demo that runs in your browser.",
        "两份索引中的全部论文，保持原有次序。带标记的已经可以试：有适合课堂的导读、逐块画出的网络结构图，以及在浏览器里运行的演示。",
    ),
    "glossary": ("Glossary", "术语表"),
    "glossary_intro": (
        "The terms of the reviews, each with its one Chinese rendering.",
        "导读中用到的术语，以及本站统一采用的中文译名。",
    ),
    "api": ("API", "API"),
    "api_intro": (
        "The networks as PyTorch modules, one file per paper, written to be read beside it. "
        "Every page ends with the whole source.",
        "各篇论文的网络都写成 PyTorch 模块，一篇论文一个文件，可以对照论文逐段阅读；每一页末尾附有完整源代码。",
    ),
    "api_networks": ("The papers' networks", "各论文的网络"),
    "api_registry": ("Finding and building a network", "查找与构建网络"),
    "api_language": ("", "接口说明取自源代码，为英文。"),
    "source": ("Source", "源代码"),
    "line": ("line {line}", "第 {line} 行"),
    "listed": ("Link in the {source}", "{source}中的链接"),
    "planned": (
        "The review of this paper, its network and its demo are still to be written. Until then, here is its record.",
        "这篇论文的导读、网络和演示尚未完成，先列出它的基本资料。",
    ),
    "lineage": ("Before and after", "承前启后"),
    "before": ("Before", "承前"),
    "after": ("After", "启后"),
    "lineage_page": ("Lineage", "脉络"),
    "lineage_described": (
        "Which paper builds on which: all papers by year and task, with what each extends, uses or refutes.",
        "论文之间的承接关系：按年份和任务排列全部论文，标出每篇立足于、扩展、用到或反驳了哪些工作。",
    ),
    "lineage_intro": (
        "Time runs down, papers on the same task stand below each other. A line leads from a paper up to what it "
        "builds on, extends, uses or refutes, as far as that has a page here; all the rest is in the [list](#list).",
        "时间自上而下，任务相同的论文排在同一栏。连线从一篇论文向上，指向它立足于、扩展、用到或反驳的工作；这里只画本站收录的论文，其余的见[列表](#list)。",
    ),
    "lineage_map": ("{count} papers and {edges} links between them", "{count} 篇论文，{edges} 条关系"),
    "lineage_map_described": (
        "Each paper is a link to its page, row by row from the oldest to the newest. "
        "The list below says the same in words.",
        "每篇论文都链接到它的页面，自上而下由旧到新排列。下方的列表用文字写出了同样的内容。",
    ),
    "lineage_hint": (
        "Point at a paper, tap it or go there with the Tab key, to see what it owes to others and what came of it.",
        "用鼠标指向、轻点，或用 Tab 键移到一篇论文，就能看到它承接了什么，又引出了什么。",
    ),
    "lineage_builds-on": ("builds on", "立足于"),
    "lineage_uses": ("uses", "用到"),
    "lineage_extends": ("extends", "扩展"),
    "lineage_refutes": ("refutes", "反驳"),
    "lineage_ready": ("has a review with a demo", "有导读和演示"),
    "lineage_list": ("The same as a list", "文字列表"),
    "lineage_list_intro": (
        "By year. Works without a page here are in italics. What exactly was taken over stands on each paper's page.",
        "按年份排列，斜体是本站未收录的工作。具体承接了什么，见各篇论文的页面。",
    ),
    "related": ("Try a paper of the same kind", "同类论文中可以动手试的"),
    "index_find": ("Find", "查找"),
    "index_task": ("Task", "任务"),
    "index_year": ("Year", "年份"),
    "index_demo": ("Demo", "演示"),
    "index_status": ("Status", "状态"),
    "index_sort": ("Order", "排序"),
    "index_any": ("any", "不限"),
    "index_ready": ("can be tried", "可以试"),
    "index_planned": ("facts only", "仅有资料"),
    "index_order": ("as in the source indexes", "按原索引"),
    "index_newest": ("newest first", "由新到旧"),
    "index_oldest": ("oldest first", "由旧到新"),
    "index_name": ("by name", "按名称"),
    "index_found": ("{{count}} of {{total}} papers", "{{total}} 篇中的 {{count}} 篇"),
    "index_none": ("No paper matches. Take a filter away.", "没有符合条件的论文，请减少筛选条件。"),
    "index_reset": ("Show all", "全部显示"),
    "precomputed": (
        "Answers computed when this page was built. With JavaScript you can give the network inputs of your own here.",
        "以下是生成本页时算好的结果。启用 JavaScript 后，可以在这里换成自己的输入。",
    ),
    "objects_membranes": ("{count} cells", "{count} 个细胞"),
    "objects_nuclei": ("{count} nuclei", "{count} 个细胞核"),
    "objects_known": ("really {count}; {error} of the pixels wrong", "实有 {count} 个；判错的像素占 {error}"),
    "objects_share": ("on {share} of the picture", "占画面 {share}"),
    "pictures": ("Pictures: {credits}.", "图片：{credits}。"),
    "rubbish": ("no digit", "不是数字"),
    "energy": ("energy {energy}, threshold {threshold}", "能量 {energy}，阈值 {threshold}"),
    "counted": ("{number} {name}", "{name} {number} 个"),
    "comma": (", ", "，"),
    "nothing_found": ("nothing found", "没有找到"),
    "score_from": ("with a score above {score}", "得分高于 {score}"),
    "layers": ("The layers of {network}", "{network} 的各层"),
    "structure": ("The structure of {network}", "{network} 的结构"),
    "networks": ("The networks that run on this page", "本页运行的网络"),
    "file": ("File, weights as {kind}", "文件（{kind} 权重）"),
    "difference": ("Largest difference from PyTorch", "与 PyTorch 的最大差值"),
    "weights": ("Weights", "权重"),
    "trained-here": ("trained here on <code>{data}</code>", "本站用 <code>{data}</code> 训练"),
    "architecture-only": ("architecture only", "仅有结构"),
    "difference_of": ("{value} ({output})", "{value}（{output}）"),
    "block": ("Block", "模块"),
    "kind": ("Kind", "类型"),
    "output": ("Output", "输出"),
    "parameters": ("Parameters", "参数"),
    "macs": ("MACs", "乘加次数"),
    "receptive_field": ("Receptive field", "感受野"),
    "total": ("Total", "合计"),
    "results": ("The paper's numbers and ours", "论文的数字与本站实测"),
    "network": ("Network", "网络"),
    "claimed": ("Paper", "论文"),
    "measured": ("Measured here", "本站实测"),
    "see": ("see {where}", "见{where}"),
    "count": ("{errors} of {count}", "{count} 个中错 {errors} 个"),
    "untrained": ("not trained here", "本站未训练"),
    "departures": ("Departures from the paper", "与论文不同之处"),
    "concerns": ("{variants}: ", "{variants}："),
    "builds-on": ("Builds on", "立足于"),
    "uses": ("Uses", "用到"),
    "extends": ("Extends", "扩展"),
    "refutes": ("Refutes", "反驳"),
    "later-builds-on": ("Basis of", "由此发展出"),
    "later-uses": ("Used by", "被用于"),
    "later-extends": ("Extended by", "被扩展为"),
    "later-refutes": ("Refuted by", "反驳它的有"),
    "notebook": (
        'Notebook: <a href="{en}" download>English</a> · <a href="{zh}" download>Chinese</a>. '
        "It needs a clone of the project, see its README.",
        '笔记本：<a href="{zh}" download>中文</a> · <a href="{en}" download>英文</a>。'
        "运行前需要克隆本项目，方法见其中的 README。",
    ),
    "cite": ("Cite", "引用"),
    "cite_paper": ("The paper ([BibTeX file]({file})):", "论文（[BibTeX 文件]({file})）："),
    "cite_page": ("This page:", "本页："),
    "review_of": ("{name}: a review with the network running", "{name}：导读与可运行的网络"),
    "demo_of": ("{name}: try it", "{name}：试一试"),
    "read": ("Read the review", "阅读导读"),
    "embed": (
        "To show the demo in a page of your own:",
        "在自己的网页中嵌入这个演示：",
    ),
    "feed": ("Live Papers: new reviews", "活论文：新的导读"),
    "lists": ("Reading lists", "阅读清单"),
    "lists_intro": (
        "Papers in a teaching order, with hours, prerequisites, and what to look at while reading. "
        "Take a list as it is, or change it to suit your class.",
        "按教学顺序排好的论文，附有所需时间、预备知识和阅读时的着眼点。可以照用，也可以按自己的班级调整。",
    ),
    "lists_own": ("A list of your own", "自己的清单"),
    "lists_own_text": (
        "Pick from all papers, put them in order, and take the list away as Markdown, HTML, LaTeX or BibTeX. "
        "The list is in the address, so that a link is all you have to pass on.",
        "从全部论文中挑选、排序，再导出为 Markdown、HTML、LaTeX 或 BibTeX。清单就写在网址里，转发链接即可。",
    ),
    "lists_build": ("Open the list builder", "打开清单编排页"),
    "list_weeks": ("{count} weeks, {hours} hours, {papers} papers", "{count} 周，{hours} 小时，{papers} 篇论文"),
    "list_sessions": ("{count} sessions, {hours} hours, {papers} papers", "{count} 次，{hours} 小时，{papers} 篇论文"),
    "list_ready": ("; {ready} of them can be tried", "，其中 {ready} 篇可以试"),
    "list_extent": ("Extent", "规模"),
    "list_audience": ("For whom", "适合谁"),
    "list_prerequisites": ("Before you start", "预备知识"),
    "list_bib": ("BibTeX of all papers", "全部论文的 BibTeX"),
    "list_change": ("Change it in the list builder", "在清单编排页中调整"),
    "list_overview": ("Overview", "总览"),
    "list_column_week": ("Week", "周"),
    "list_column_session": ("Session", "次"),
    "list_subject": ("Subject", "主题"),
    "list_column_hours": ("Hours", "小时"),
    "list_week": ("Week {number}: {title}", "第 {number} 周：{title}"),
    "list_session": ("Session {number}: {title}", "第 {number} 次：{title}"),
    "list_hours": ("{hours} hours of a student’s time", "学生用时 {hours} 小时"),
    "list_look": ("What to look at:", "着眼点："),
    "build": ("Build a reading list", "编排阅读清单"),
    "build_intro": (
        "Pick papers, put them in order, and take the list away as Markdown, HTML, LaTeX or BibTeX. "
        "The address of this page is the list: bookmark it, or send it to your class.",
        "挑选论文，排好次序，再导出为 Markdown、HTML、LaTeX 或 BibTeX。"
        "本页的网址就是这份清单，可以收藏，也可以发给学生。",
    ),
    "build_script": (
        "Building a list needs JavaScript: allow it in the browser’s settings. These lists are ready:",
        "编排清单需要 JavaScript，请在浏览器设置中启用。以下是现成的清单：",
    ),
    "contributors": ("Live Papers contributors", "“活论文”贡献者"),
}


def percent(value: float, language: str, digits: str = ".2f") -> str:
    """A fraction as per cent; English with a space that does not break."""
    return f"{value * 100:{digits}}{NO_BREAK if language == 'en' else ''}%"


def say(language: str) -> Callable[..., str]:
    """The sentences of one language; fields in braces are given by name."""
    index = ("en", "zh").index(language)

    def word(key: str, **fields: object) -> str:
        return WORDS[key][index].format(**fields)

    return word
