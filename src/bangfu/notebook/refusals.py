"""What the notebook face refuses, in both languages."""

from __future__ import annotations

from bangfu.parameters.refused import Refused
from bangfu.parameters.text import Text

OTHER_HOME = Text(
    "这个进程已经打开了另一个实例。请重启内核再打开。",
    "This process has another instance open. Restart the kernel to open this one.",
)
NO_INSTANCE = Text(
    "{home}里没有实例。用 home= 写明实例的文件夹，或先设环境变量 BANGFU_HOME。",
    "There is no instance in {home}. Name its folder with `home=`, or set BANGFU_HOME first.",
)
OUTSIDE = Text("{place}不在令牌的范围内。", "{place} lies outside the scope of the token.")
NO_SNAPSHOT = Text("{place}还没有快照。先运行 bangfu cycle。", "{place} has no snapshot yet. Run `bangfu cycle` first.")
NO_SNAPSHOT_YET = Text(
    "{place}在{day}及以前没有快照；最早的是{first}。"
    "用 day=date({first.year}, {first.month}, {first.day})，或不写 day= 打开最新的。",
    "{place} has no snapshot of {day} or before; the first is of {first}. "
    "Use `day=date({first.year}, {first.month}, {first.day})`, or leave out `day=` for the latest.",
)
NO_TOKEN = Text(
    "没有令牌：token= 要写令牌的那串文字，这里是{given}。在“我的账户”里或用 bangfu users token 签发一个；"
    "如果放在环境变量里，看看变量有没有设。",
    "There is no token: `token=` takes the token's text, not {given}. Issue one under “My account” or with "
    "`bangfu users token`; if it stands in the environment, see that the variable is set.",
)
NO_DAY = Text(
    "day= 要写日期，例如 date(2015, 12, 31)，不是{given}。",
    "`day=` takes a date such as `date(2015, 12, 31)`, not {given}.",
)
NO_YEARS = Text(
    "years= 要写年份，例如 [2014, 2015]，不是{given}。", "`years=` takes years such as `[2014, 2015]`, not {given}."
)
CLOSED = Text("这个名册已经关闭。再用 bangfu.open 打开。", "This register is closed. Open it again with `bangfu.open`.")
NO_INDICATOR = Text("没有名为{code}的指标。", "No indicator is called {code}; `register.indicators()` lists them.")
NO_LEVEL = Text("没有{name}这一级。现有：{known}。", "There is no level {name}. There are: {known}.")
NO_TABLE = Text("没有{name}这张表。现有：{known}。", "There is no table {name}. There are: {known}.")
NO_ROWS = Text(
    "这个令牌只能看数字，不能看逐行数据。用 register.figures。",
    "This token opens figures, not rows. Use `register.figures`.",
)
NO_KIND = Text("没有{kind}这种图。现有：{known}。", "There is no chart {kind}. There are: {known}.")
NO_LANGUAGE = Text("没有{name}这种语言。用 zh 或 en。", "There is no language {name}. Use zh or en.")
NO_YEAR = Text("快照里没有{year}年。现有：{known}。", "The snapshot has no year {year}. It has: {known}.")
NO_DRAWING = Text(
    "{code}在这里画不成{kind}：没有分组、下级或分级界限。试 kind='line'。",
    "{code} cannot be drawn as {kind} here: it has no groups, no places below or no class limits. Try kind='line'.",
)
TOO_MANY = Text(
    "这里有{count}个{level}，一张图最多画{most}个。用 place= 打开下级区域再画，或用 register.figures 取表。",
    "There are {count} places of level {level} here; a chart draws up to {most}. Open a part with `place=`, or take "
    "the table from `register.figures`.",
)
NOT_SVG = Text("图只存为 .svg 文件，{name}不是。", "A chart is saved as an .svg file, which {name} is not.")
NO_NUMBER = Text("“{text}”不是数字，不能相加。", "“{text}” is no number, so it has no sum.")
NO_BY = Text(
    "不能按{name}汇总。可用：{known}，或表中的一列。",
    "Nothing is summed by {name}. There are: {known}, or a column of the table.",
)
NO_CLASS = Text(
    "“{text}”用到您不能逐行查看的内容：{classes}。用 register.figures。",
    "“{text}” reads what you may not see row by row: {classes}. Use `register.figures`.",
)
NO_MEASURE = Text("没有{name}这种测度。现有：{known}。", "There is no measure {name}. There are: {known}.")
LINE_WANTED = Text(
    "{name}需要一条标准线：一个金额、一个标准线名，或算过标准线的指标。",
    "{name} needs a line: an amount, the name of a line, or an indicator that was computed with one.",
)
NO_LINE = Text(
    "{year}年没有可用的线{name}。给一个金额。",
    "There is no line {name} for {year} that the token opens. Give an amount.",
)
NO_SURVEY = Text("这个实例没有住户调查。", "This instance has no household survey.")


class NotebookRefused(Refused):
    """A request of a notebook that cannot be answered."""
