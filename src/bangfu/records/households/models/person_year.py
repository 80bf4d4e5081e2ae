"""A person's year: school, health, work, insurance, allowances (DOMAIN.md §1.4)."""

from __future__ import annotations

from django.db import models

from bangfu.records import fields
from bangfu.records.fields import HEALTH, MONEY
from bangfu.records.rows import Placed, Remembered


class PersonYear(Placed, Remembered):
    """One row per person and year. ``x`` holds the further fields of the year's form."""

    person = models.ForeignKey(
        "households.Person", on_delete=models.PROTECT, related_name="years", db_index=False, db_constraint=False
    )
    household = models.ForeignKey(
        "households.Household",
        on_delete=models.PROTECT,
        related_name="person_years",
        db_index=False,
        db_constraint=False,
    )
    year = models.SmallIntegerField()
    political_status = fields.code("政治面貌", "Political status", "political_status")
    education = fields.code("文化程度", "Education", "education")
    student_status = fields.code("在校生状况", "Student status", "student_status")
    dropout_reason = fields.code("失学辍学原因", "Why out of school", "dropout_reason")
    health = fields.code("健康状况", "Health", "health", field_class=HEALTH)
    second_health = fields.code("健康状况（第二项）", "Health, second answer", "health", field_class=HEALTH)
    labour_skill = fields.code("劳动技能", "Capacity for work", "labour_skill")
    is_working = fields.flag("是否已务工", "Is working away")
    plans_to_work = fields.flag("是否计划务工", "Plans to work away")
    work_area = fields.code("务工所在地", "Where working", "work_area")
    work_months = fields.whole("务工时间", "Months worked", "months")
    work_employer = fields.text("务工企业名称", "Employer", length=100)
    work_industry = fields.code("务工行业", "Industry of work", "work_industry")
    work_channel = fields.code("就业渠道", "How the work was found", "work_channel")
    work_monthly_fen = fields.money("务工月收入", "Monthly wage")
    public_post = fields.code("公益性岗位", "Public-welfare post", "public_post")
    post_months = fields.whole("聘用月数", "Months in the post", "months")
    resident_medical = fields.flag("参加城乡居民基本医疗保险", "Has residents' basic medical insurance")
    employee_medical = fields.flag("参加职工基本医疗保险", "Has employees' basic medical insurance")
    serious_illness_insurance = fields.flag("参加大病保险", "Has serious-illness insurance")
    commercial_medical = fields.flag("参加商业补充医疗保险", "Has commercial medical insurance")
    medical_assistance = fields.flag("接受医疗救助", "Received medical assistance", field_class=HEALTH)
    resident_pension = fields.flag("参加城乡居民养老保险", "Has residents' pension insurance")
    employee_pension = fields.flag("参加职工养老保险", "Has employees' pension insurance")
    dibao = fields.code("享受低保", "Minimum living allowance", "dibao", field_class=MONEY)
    tekun = fields.code("享受特困供养", "Support for the destitute", "tekun", field_class=MONEY)
    is_relocated = fields.flag("易地搬迁人口", "Relocated person")
    grad_unemployed_reason = fields.code("毕业生未就业原因", "Why a graduate has no work", "grad_unemployed_reason")
    x = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "year"], name="person_year_once")]
        indexes = [
            models.Index(fields=["household", "year"], name="person_year_household"),
            models.Index(fields=["year", "place_code"], name="person_year_code"),
        ]
