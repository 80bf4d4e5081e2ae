"""A household's year: register facts, living conditions and the income sheet (DOMAIN.md §1.1–1.3, 1.5, 1.6).

Money is whole fen. Net income is what the sheet says or, where it says nothing, what the parts give
(wage + business + property + transfer − business cost); intake derives it once, so that every reader agrees.
"""

from __future__ import annotations

from django.db import models

from bangfu.records import fields
from bangfu.records.fields import HEALTH, code, flag, money, number, whole
from bangfu.records.rows import Placed, Remembered


class RegisterFacts(models.Model):
    """What the register says of the household this year (DOMAIN.md §1.1–1.3).

    Causes, risks and reasons tell of illness and disability, so whoever may not see health does not see them.
    """

    household_size = whole("家庭人口数", "Household size", can_be=(1, 99), usual=(1, 15))
    household_type = code("户类型", "Kind of household", "household_type")
    identification_standard = code("识别标准", "Standard of identification", "identification_standard")
    poverty_attribute = code("贫困户属性", "Kind of poor household", "poverty_attribute")
    poverty_status = code("脱贫状态", "Poverty status", "poverty_status")
    keeps_policies = flag("脱贫后享受政策", "Keeps its policies after exit")
    non_exit_reason = code("未脱贫原因", "Why not exited", "non_exit_reason", field_class=HEALTH)
    main_cause = code("主要致贫原因", "Main cause of poverty", "poverty_cause", field_class=HEALTH)
    other_cause_1 = code("其他致贫原因1", "Other cause 1", "poverty_cause", field_class=HEALTH)
    other_cause_2 = code("其他致贫原因2", "Other cause 2", "poverty_cause", field_class=HEALTH)
    monitoring_category = code("监测对象类别", "Monitoring category", "monitoring_category")
    risk_1 = code("致贫返贫风险1", "Risk 1", "relapse_risk", field_class=HEALTH)
    risk_2 = code("致贫返贫风险2", "Risk 2", "relapse_risk", field_class=HEALTH)
    risk_3 = code("致贫返贫风险3", "Risk 3", "relapse_risk", field_class=HEALTH)
    risk_4 = code("致贫返贫风险4", "Risk 4", "relapse_risk", field_class=HEALTH)
    risk_5 = code("致贫返贫风险5", "Risk 5", "relapse_risk", field_class=HEALTH)
    disaster_kind = code("自然灾害子项", "Kind of disaster", "disaster_kind")
    risk_remark = fields.text("其他风险说明", "Other risk in words", length=300, field_class=HEALTH)
    in_resettlement_area = flag("居住在易地搬迁集中安置区", "Lives in a resettlement area")
    resettlement_address = fields.text("安置区地址", "Resettlement area", length=200)
    no_labour_household = flag("整户无劳动能力兜底保障户", "Whole household without labour, covered by allowances")

    class Meta:
        abstract = True


class LivingCondition(models.Model):
    """Land, house, road, water, power (DOMAIN.md §1.5)."""

    cropland_mu = number("耕地面积", "Cropland", "mu")
    irrigated_mu = number("有效灌溉面积", "Irrigated land", "mu")
    woodland_mu = number("林地面积", "Woodland", "mu")
    grain_for_green_mu = number("退耕还林面积", "Farmland returned to forest", "mu")
    orchard_mu = number("林果面积", "Orchards", "mu")
    pasture_mu = number("牧草地面积", "Pasture", "mu")
    water_mu = number("水面面积", "Water", "mu")
    access_road = code("入户路类型", "Road to the house", "access_road")
    km_to_trunk_road = number("与村主干路距离", "Distance to the village road", "km")
    km_to_market = number("距集市距离", "Distance to the market", "km")
    housing_m2 = number("住房面积", "Floor area", "m2")
    danger_level = code("危房等级", "Danger level of the house", "danger_level")
    house_structure = code("住房结构", "Structure of the house", "house_structure")
    built_year = fields.year("建房年份", "Year built")
    fuel = code("主要燃料类型", "Main fuel", "fuel")
    water_source = code("饮水来源", "Source of water", "water_source")
    water_hard = flag("饮水是否困难", "Water is hard to get")
    water_safe = flag("饮水是否安全", "Water is safe")
    has_power = flag("通生活用电", "Has household power")
    has_production_power = flag("通生产用电", "Has three-phase power")
    has_broadcast = flag("通广播电视", "Has radio or television")
    has_toilet = flag("有卫生厕所", "Has a sanitary toilet")
    in_cooperative = flag("加入农民专业合作社", "In a farmers' cooperative")
    led_by_company = flag("有龙头企业带动", "Led by a leading company")
    led_by_pioneer = flag("有创业致富带头人带动", "Led by a local entrepreneur")
    industry_support = code("到户产业帮扶类型", "Kind of industry support", "industry_support")

    class Meta:
        abstract = True


class IncomeStatement(models.Model):
    """The income sheet, in fen (DOMAIN.md §1.6; letters are those of the national form)."""

    wage_fen = money("工资性收入", "Wages")
    wage_migrant_fen = money("务工收入", "Wages from migrant work (a1)")
    wage_department_post_fen = money("行业部门公益岗收入", "Wages, departments' public posts (a2)")
    wage_township_post_fen = money("乡镇公益岗收入", "Wages, township public posts (a3)")
    wage_village_post_fen = money("村级公益岗收入", "Wages, village public posts (a4)")
    wage_gathering_fen = money("自主采摘收入", "Wages from gathering (a5)")
    business_fen = money("生产经营性收入", "Business income")
    business_crops_fen = money("种植收入", "Business, crops (b1)")
    business_livestock_fen = money("养殖收入", "Business, livestock (b2)")
    business_forestry_fen = money("林果收入", "Business, forestry and fruit (b3)")
    business_other_fen = money("其他生产经营收入", "Business, other (b4)")
    property_fen = money("财产性收入", "Property income")
    property_dividend_fen = money("资产收益分红", "Property, dividends (c1)")
    property_land_fen = money("土地流转收入", "Property, land lease (c2)")
    property_loan_fen = money("金融贷款项目收益", "Property, loan projects (c3)")
    property_contract_fen = money("代种代养收入", "Property, contract farming (c4)")
    property_other_fen = money("其他财产性收入", "Property, other (c5)")
    transfer_fen = money("转移性收入", "Transfer income")
    transfer_family_planning_fen = money("计划生育金", "Transfer, family planning (d1)")
    transfer_dibao_fen = money("低保金", "Transfer, minimum living allowance (d2)")
    transfer_tekun_fen = money("特困供养金", "Transfer, destitute support (d3)")
    transfer_pension_fen = money("养老保险金", "Transfer, pension (d4)")
    transfer_grain_for_green_fen = money("退耕还林补贴", "Transfer, returning farmland to forest (d5)")
    transfer_public_forest_fen = money("公益林补贴", "Transfer, public forest (d5)")
    transfer_grassland_fen = money("草原生态奖补", "Transfer, grassland (d5)")
    transfer_migration_fen = money("生态移民补贴", "Transfer, ecological migration (d5)")
    transfer_ecology_other_fen = money("其他生态补偿金", "Transfer, other ecology (d5)")
    transfer_planting_fen = money("种植补贴", "Transfer, planting subsidy (d6)")
    transfer_soil_fen = money("地力补贴", "Transfer, soil fertility subsidy (d6)")
    transfer_crop_insurance_fen = money("大田作物保险", "Transfer, crop insurance (d6)")
    transfer_old_age_fen = money("高龄补贴", "Transfer, old-age subsidy (d6)")
    transfer_veteran_fen = money("优抚补助", "Transfer, veterans and families (d6)")
    transfer_disability_fen = money("残疾人补贴", "Transfer, disability subsidy (d6)")
    transfer_education_fen = money("教育扶持", "Transfer, education (d6)")
    transfer_disaster_fen = money("救灾款", "Transfer, disaster relief (d6)")
    transfer_incapacity_fen = money("失能补贴", "Transfer, incapacity subsidy (d6)")
    transfer_support_fen = money("赡养费", "Transfer, support from children (d6)")
    transfer_heating_fen = money("取暖补贴", "Transfer, heating (d6)")
    transfer_price_fen = money("物价补贴", "Transfer, price subsidy (d6)")
    transfer_relief_fen = money("救济款", "Transfer, relief (d6)")
    transfer_poverty_insurance_fen = money("防贫保险", "Transfer, insurance against poverty (d6)")
    transfer_donation_fen = money("捐赠赔偿", "Transfer, donations and compensation (d6)")
    transfer_other_fen = money("其他转移性收入", "Transfer, other (d6)")
    cost_fen = money("生产经营性支出", "Business cost")
    cost_crops_fen = money("种植支出", "Cost, crops (e1)")
    cost_livestock_fen = money("养殖支出", "Cost, livestock (e2)")
    cost_forestry_fen = money("林果支出", "Cost, forestry and fruit (e3)")
    cost_other_fen = money("其他生产经营支出", "Cost, other (e4)")
    total_income_fen = money("年总收入", "Total income")
    net_income_fen = money("年纯收入", "Net income")
    net_income_per_capita_fen = money("人均纯收入", "Net income per person")
    claim_income_fen = money("理赔收入", "Insurance claims received")
    self_paid_fen = money("合规自付支出", "Eligible out-of-pocket spending")
    monitoring_income_fen = money("纳入监测对象的收入参考范围", "Reference income for monitoring")
    monitoring_income_per_capita_fen = money(
        "纳入监测对象的人均收入参考范围", "Reference income for monitoring per person"
    )

    class Meta:
        abstract = True


class HouseholdYear(Placed, Remembered, RegisterFacts, LivingCondition, IncomeStatement):
    """One row per household and year. ``x`` holds the further fields of the year's form."""

    household = models.ForeignKey(
        "households.Household", on_delete=models.PROTECT, related_name="years", db_index=False, db_constraint=False
    )
    year = models.SmallIntegerField()
    x = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household", "year"], name="household_year_once")]
        indexes = [models.Index(fields=["year", "place_code"], name="household_year_code")]
