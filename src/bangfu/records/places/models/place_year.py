"""The yearly sheet of a village, township or county (DOMAIN.md §2): people, land, economy, services, network.

Nothing here tells of one household, so every fact is open. A fact of a township or county is what its own sheet says;
what villages say is added up by indicators, not here.
"""

from __future__ import annotations

from django.db import models

from bangfu.parameters.schema import FieldClass
from bangfu.records.fields import flag, money, number, whole, year
from bangfu.records.rows import Placed

#: The most that the sheet of a county may say; the limits of ``records.fields`` are those of a household.
MOST_PEOPLE, MOST_LAND = (0, 10_000_000), (0, 100_000_000)


def people(zh: str, en: str) -> models.IntegerField[int | None, int | None]:
    """A count of people, households or things of a whole place."""
    found: models.IntegerField[int | None, int | None] = whole(zh, en, can_be=MOST_PEOPLE, usual=MOST_PEOPLE)
    return found


def land(zh: str, en: str) -> models.FloatField[float | None, float | None]:
    """An area of a whole place, in mu."""
    found: models.FloatField[float | None, float | None] = number(zh, en, "mu", can_be=MOST_LAND, usual=MOST_LAND)
    return found


def amount(zh: str, en: str) -> models.BigIntegerField[int | None, int | None]:
    """An amount of money of a whole place, in fen; open, since it is nobody's own."""
    found: models.BigIntegerField[int | None, int | None] = money(zh, en, field_class=FieldClass.OPEN)
    return found


class People(models.Model):
    """Who lives there (aad005–aad018), and the base that incidence is counted against."""

    rural_households = people("乡村户数", "Rural households")
    rural_persons = people("乡村人口", "Rural persons")
    rural_base_households = people("发生率基数户数", "Households of the frozen rural base")
    rural_base_persons = people("发生率基数人口", "Persons of the frozen rural base")
    natural_villages = people("自然村数", "Natural villages")
    dibao_households = people("低保户数", "Households with minimum living allowance")
    dibao_persons = people("低保人口", "Persons with minimum living allowance")
    tekun_households = people("特困供养户数", "Destitute households")
    tekun_persons = people("特困供养人口", "Destitute persons")
    minority_persons = people("少数民族人口", "Persons of minorities")
    women = people("妇女人数", "Women")
    disabled_persons = people("残疾人数", "Persons with a disability")
    labour_persons = people("劳动力人数", "Persons able to work")
    migrant_workers = people("外出务工人数", "Persons working away")
    party_members = people("党员数", "Party members")

    class Meta:
        abstract = True


class Land(models.Model):
    """Land of the place (aad019–aad027)."""

    cropland_mu = land("耕地面积", "Cropland")
    irrigated_mu = land("有效灌溉面积", "Irrigated land")
    woodland_mu = land("林地面积", "Woodland")
    grain_for_green_mu = land("退耕还林面积", "Farmland returned to forest")
    orchard_mu = land("林果面积", "Orchards")
    pasture_mu = land("牧草地面积", "Pasture")
    water_mu = land("水域面积", "Water")

    class Meta:
        abstract = True


class Economy(models.Model):
    """What the place lives on (aad004, aad301, aad302, aad371–aad384; county sheet: growth)."""

    is_poor_village = flag("贫困村", "Poor village")
    village_exited_year = year("贫困村退出年度", "Year in which the poor village exited")
    rural_income_per_person_fen = amount("农民人均纯收入", "Rural net income per person")
    rural_income_growth = number("农民人均可支配收入增幅", "Growth of rural income per person", "share", can_be=(-1, 1))
    collective_income_fen = amount("村集体经济收入", "Income of the village collective")
    cooperatives = people("农民专业合作社数", "Farmers' cooperatives")
    cooperative_households = people("加入合作社户数", "Households in a cooperative")
    tourism_households = people("从事乡村旅游户数", "Households in rural tourism")

    class Meta:
        abstract = True


class Services(models.Model):
    """Road, water, power, houses, school, health, insurance (aad311–aad401)."""

    paved_road = flag("通硬化路", "Paved road")
    bus_service = flag("通客运班车", "Bus service")
    water_unsafe_households = people("未实现饮水安全户数", "Households without safe water")
    water_hard_households = people("饮水困难户数", "Households for which water is hard to get")
    powered_natural_villages = people("通电自然村数", "Natural villages with power")
    production_power = flag("通动力电", "Three-phase power")
    broadcast_households = people("通广播电视户数", "Households with radio or television")
    dangerous_households = people("危房户数", "Households in dangerous houses")
    schools = people("学校数", "Schools")
    school_age_persons = people("适龄儿童数", "Children of compulsory school age")
    school_age_in_school = people("适龄儿童在校数", "Children of that age in school")
    clinics = people("卫生室数", "Clinics")
    clinic_up_to_standard = flag("卫生室达标", "Clinic meets the standard")
    doctors = people("村医数", "Doctors")
    public_toilets = people("公共厕所数", "Public toilets")
    waste_points = people("垃圾堆放点数", "Points for waste")
    culture_place = flag("有文化活动场所", "Place for culture")
    resident_medical_persons = people("参加城乡居民医保人数", "Persons with residents' medical insurance")
    resident_pension_persons = people("参加居民养老保险人数", "Persons with residents' pension insurance")
    employee_pension_persons = people("参加职工养老保险人数", "Persons with employees' pension insurance")
    education_balanced = flag("义务教育基本均衡通过认定", "Compulsory education recognised as balanced")
    policy_coverage = number(
        "政策项目资金到户覆盖率", "Share of households reached by policies", "share", can_be=(0, 1)
    )

    class Meta:
        abstract = True


class Network(models.Model):
    """Broadband and mobile coverage (aad411–aad414, DOMAIN.md §2.4)."""

    broadband_committee = flag("村委会通宽带", "Broadband at the committee")
    broadband_school = flag("学校通宽带", "Broadband at the school")
    broadband_clinic = flag("卫生室通宽带", "Broadband at the clinic")
    mobile_committee = flag("村委会有4G信号", "4G at the committee")
    broadband_natural_villages = people("通宽带自然村数", "Natural villages with broadband")
    mobile_natural_villages = people("有4G信号自然村数", "Natural villages with 4G")
    broadband_households = people("通宽带户数", "Households with broadband")
    mobile_internet_households = people("能用手机上网户数", "Households that use the internet by phone")
    information_officers = people("信息员数", "Information officers")

    class Meta:
        abstract = True


class PlaceYear(Placed, People, Land, Economy, Services, Network):
    """One row per place and year. ``collected`` names the facts that were asked, the others are derived.

    ``x`` holds the dated form's further fields.
    """

    year = models.SmallIntegerField()
    collected = models.JSONField(default=list, blank=True)
    x = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "year"], name="place_year_once")]
        indexes = [models.Index(fields=["year", "place_code"], name="place_year_code")]
