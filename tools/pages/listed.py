"""Every named address of the site: a sample of it from the demonstration, or the reason why there is no picture of it.

To add a page, add one ``Sample`` to ``SAMPLES``: the URL's name, who opens it, its address; where the address holds a
reference of the instance, the page on which a link to it stands and the pattern of that link; where the demonstration
has no such thing, let ``tools.pages.prepared`` make one. Nothing else is to do:
the browser tests, ``make screenshots`` and the benchmark ``first-view`` take their pages from here, and a test fails on
a named URL that stands neither here nor in ``WITHOUT_PICTURE``.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from tools.pages.visitor import Visitor

PROVINCE, COUNTY, TOWNSHIP, VILLAGE = "53", "533422", "533422203", "533422203201"
ALL_WIDTHS = (360, 768, 1440)
PHONE, DESK = 360, 1440
#: The meeting-room screen has sizes of its own (width, height).
BOARDS = ((1280, 720), (1920, 1080), (3840, 1080))


@dataclass(frozen=True)
class Sample:
    """One page to look at: the name of its URL, who opens it (empty: nobody), where it is.

    ``link`` is the pattern of an address that stands on the page ``where``; ``then`` are further ones, each on the page
    that the one before led to. ``key`` tells apart several samples of one
    URL. ``main`` pages get a picture on paper, in the dark and without scripts too; a ``board`` hangs on a wall.
    """

    name: str
    user: str
    where: str
    link: str = ""
    then: tuple[str, ...] = ()
    key: str = ""
    main: bool = False
    board: bool = False

    @property
    def title(self) -> str:
        """What its pictures are called."""
        return f"{self.name}-{self.key}" if self.key else self.name

    def address(self, visitor: Visitor) -> str:
        """Its address in an instance, asked by somebody who is signed in as its user.

        **Errors** ``LookupError`` where the page that should lead to it does not.
        """
        at = self.where
        for link in (self.link, *self.then) if self.link else ():
            found = re.search(f'href="({link})"', visitor.text(at))
            if found is None:
                raise LookupError(f"{self.title}: no link {link} on {at} for {self.user}.")
            at = html.unescape(found.group(1))
        return at


#: A comparison among those of the list; what belongs to it stands below its address.
COMPARISON = '/exchange/[^/?#"]{9}/'
ROWS = f'{COMPARISON}rows/[^"]*'

SAMPLES = (
    Sample("account_login", "", "/in/", main=True),
    Sample("account_inactive", "", "/in/closed/"),
    Sample("account_logout", "county", "/out/"),
    Sample("account_reauthenticate", "county", "/in/again/"),
    Sample("me", "county", "/me/"),
    Sample("account_change_password", "county", "/me/password/"),
    Sample("mfa_index", "county", "/me/code/"),
    Sample("display", "", "/display/"),
    Sample("keys", "county", "/keys/"),
    Sample("area", "province", f"/p/{PROVINCE}/", key="province", main=True),
    Sample("area", "province", f"/p/{COUNTY}/", key="county", main=True),
    Sample("area", "province", f"/p/{COUNTY}/?by=survey", key="survey"),
    Sample("area", "province", f"/p/{COUNTY}/?t=2014", key="past"),
    Sample("area", "yanmen", f"/p/{TOWNSHIP}/", key="township"),
    Sample("area", "yanmen", f"/p/{VILLAGE}/", key="village", main=True),
    Sample("screen", "province", f"/screen/{COUNTY}/", key="county", main=True, board=True),
    Sample("screen", "province", f"/screen/{PROVINCE}/", key="province", board=True),
    Sample("places", "province", f"/places/?p={COUNTY}", main=True),
    Sample("households", "yanmen", f"/p/{TOWNSHIP}/households/", main=True),
    Sample("my_households", "helper", "/mine/"),
    Sample("household", "yanmen", f"/p/{TOWNSHIP}/households/", '/h/[^/?#"]+/', main=True),
    Sample("household", "helper", "/mine/", '/h/[^/?#"]+/', key="helper"),
    Sample("search", "province", "/s/?q=yanmen", main=True),
    Sample("components", "sysadmin", "/components/", main=True),
    Sample("imports", "county", "/imports/"),
    Sample("import_result", "county", "/imports/", '/imports/[^/?#"]+/', main=True),
    Sample("import_templates", "county", "/imports/templates/"),
    Sample("exchange", "county", "/exchange/"),
    Sample("exchange_result", "county", "/exchange/", COMPARISON, main=True),
    Sample("exchange_rows", "county", "/exchange/", COMPARISON, (ROWS,)),
    Sample("exchange_difference", "county", "/exchange/", COMPARISON, (ROWS, r"/exchange/d/\d+/")),
    Sample("exchange_entry", "county", "/exchange/", COMPARISON, (f"{COMPARISON}entry/",)),
    Sample("fill", "county", "/fill/"),
    Sample("filling", "county", "/fill/", '/fill/[^/?#"]+/', main=True),
    Sample("filling_match", "county", "/fill/", '/fill/[^/?#"]+/match/'),
    Sample("standards", "county", f"/p/{COUNTY}/standards/"),
    Sample("standard", "county", f"/p/{COUNTY}/standards/yunnan_household_exit/", main=True),
    Sample("standard", "county", f"/p/{COUNTY}/standards/yunnan_village_exit/", key="villages"),
    Sample("standard", "yanmen", f"/p/{VILLAGE}/standards/yunnan_village_exit/", key="village"),
    Sample("standard_rows", "yanmen", f"/p/{TOWNSHIP}/standards/yunnan_household_exit/income/"),
    Sample("rules", "prefecture", "/rules/", main=True),
    Sample("rule", "prefecture", "/rules/standards/yunnan_household_exit/"),
    Sample("rule_proposal", "prefecture", "/rules/", r"/rules/proposals/\d+/"),
    Sample("rule_out", "prefecture", "/rules/standards/yunnan_household_exit/out/", key="standard"),
    Sample("rule_new", "prefecture", "/rules/terms/new/"),
    Sample("rule_edit", "prefecture", "/rules/standards/yunnan_household_exit/edit/", main=True),
    Sample("rule_names", "prefecture", "/rules/names/"),
    Sample("rule_out", "prefecture", "/rules/indicators/households_registered/out/"),
    Sample("figures", "county", "/f/"),
    Sample("figure", "province", f"/f/incidence_register/?p={COUNTY}", main=True),
    Sample("figure", "province", f"/f/incidence_survey/?p={COUNTY}", key="survey"),
    Sample("figure", "province", f"/f/households_by_cause/?p={COUNTY}", key="groups"),
    Sample("figure_places", "province", f"/f/incidence_register/places/?p={COUNTY}", main=True),
    Sample("figure_groups", "province", f"/f/households_by_cause/groups/?p={COUNTY}"),
    Sample("figure_series", "province", f"/f/incidence_register/series/?p={COUNTY}"),
    Sample("figure_classes", "province", f"/f/incidence_register/classes/?p={COUNTY}"),
    Sample("compare", "province", f"/p/{COUNTY}/compare/?x=households_registered&y=incidence_register", main=True),
    Sample("figure_rows", "yanmen", f"/f/households_registered/rows/?p={TOWNSHIP}"),
)

WITHOUT_PICTURE = {
    "rule_check": "a fragment that answers a form of the rule",
    "rule_review": "a form that leads on to the proposal",
    "rule_withdraw": "a form that leads on to the rules",
    "figure_export": "a file, not a page",
    "area_export": "a file, not a page",
    "home": "leads on to one's own area",
    "own_households": "leads on to the households of one's own area",
    "household_reveal": "a fragment that answers a form of the household",
    "import_decide": "only for rows that wait for a person; the demonstration has none. Asserted in tests/pages",
    "import_merge": "a form that leads on to the import",
    "import_answer": "a workbook, not a page",
    "import_template": "a workbook, not a page",
    "exchange_window": "a form that leads on to the list of comparisons",
    "exchange_entry_file": "a workbook, not a page",
    "exchange_visits": "the demonstration has no comparison; asserted in tests/exchange",
    "exchange_visits_file": "a workbook, not a page",
    "exchange_take": "a form that leads on to the import",
    "filling_download": "a workbook, not a page",
    "filling_gaps": "a file, not a page",
    "my_tokens": "asks for the password again first; asserted in tests/access",
    "my_token_withdraw": "a form that leads on to the tokens",
    "job": "lives for seconds; its parts are on the component page",
    "job_cancel": "a form that leads on to the job",
    "mfa_authenticate": "between password and code; leads on for everybody else",
    "mfa_reauthenticate": "leads on without a second factor",
    "mfa_activate_totp": "shows a secret; asks for the password first",
    "mfa_deactivate_totp": "only with a second factor",
    "mfa_view_recovery_codes": "shows secrets; only with a second factor",
    "mfa_generate_recovery_codes": "only with a second factor",
}
