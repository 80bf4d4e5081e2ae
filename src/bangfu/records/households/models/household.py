"""The household: who it is and where, what does not change with the year (DOMAIN.md §1.1)."""

from __future__ import annotations

from django.db import models

from bangfu.records import fields
from bangfu.records.fields import PERSONAL
from bangfu.records.households.models.status import Status
from bangfu.records.rows import Placed, Remembered, new_ref


class Household(Placed, Remembered):
    """A household. It may hang at any level; its status is a projection of its status events."""

    #: Fields kept only as ciphertext and keyed hash.
    PERSONAL_FIELDS = ("phone", "bank_account")

    ref = models.CharField(max_length=9, default=new_ref)
    household_no = fields.text("户编号", "Household number", length=40, field_class=PERSONAL)
    natural_village = fields.text("自然村", "Natural village", length=60)
    head_name = fields.text("户主姓名", "Head of household", length=60, field_class=PERSONAL)
    address = fields.text("家庭住址", "Address", field_class=PERSONAL)
    phone_enc = fields.ciphertext()
    phone_hash = fields.keyed_hash()
    phone_valid = fields.flag("电话号码有效", "Phone number is valid")
    bank_name = fields.text("开户银行", "Bank", length=80, field_class=PERSONAL)
    bank_account_enc = fields.ciphertext()
    bank_account_hash = fields.keyed_hash()
    identified_year = fields.year("识别年度", "Year identified")
    exited_year = fields.year("脱贫年度", "Year of exit")
    relapse_year = fields.year("返贫年度", "Year of relapse")
    is_martyr_family = fields.flag("是否军烈属", "Martyr's or soldier's family")
    only_child = fields.flag("是否独生子女户", "One-child family")
    two_daughters = fields.flag("是否双女户", "Two-daughter family")
    relocation_mode = fields.code("搬迁方式", "How relocated", "relocation_mode")
    relocation_placement = fields.code("安置方式", "Kind of settlement", "relocation_placement")
    relocation_destination = fields.code("安置地", "Where settled", "relocation_destination")
    status = models.CharField(max_length=20, choices=Status, null=True, blank=True)
    status_since = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            # Not ``unique=True``: on PostgreSQL that costs a second index, for patterns.
            models.UniqueConstraint(fields=["ref"], name="household_ref_once"),
            models.UniqueConstraint(fields=["household_no"], name="household_no_once"),
        ]
        indexes = [models.Index(fields=["place_code"], name="household_place_code")]
