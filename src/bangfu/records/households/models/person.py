"""The person: identity and place in the household (DOMAIN.md §1.4)."""

from __future__ import annotations

from django.db import models

from bangfu.parameters.text import Text
from bangfu.records import fields
from bangfu.records.fields import PERSONAL
from bangfu.records.rows import Placed, Remembered

#: What the years since birth are called.
AGE = Text("年龄", "Age")


class Person(Placed, Remembered):
    """A member of a household. Name, ID, birth date and sex may each be missing."""

    #: Fields kept only as ciphertext and keyed hash.
    PERSONAL_FIELDS = ("id_no", "phone")

    household = models.ForeignKey(
        "households.Household", on_delete=models.PROTECT, related_name="persons", db_constraint=False
    )
    person_no = fields.text("人编号", "Person number", length=40, field_class=PERSONAL)
    name = fields.text("姓名", "Name", length=60, field_class=PERSONAL)
    name_pinyin = models.CharField(max_length=200, null=True, blank=True)
    name_initials = models.CharField(max_length=40, null=True, blank=True)
    sex = fields.code("性别", "Sex", "sex")
    id_type = fields.code("证件类型", "Kind of ID", "id_type")
    id_no_enc = fields.ciphertext()
    id_no_hash = fields.keyed_hash()
    id_kind = fields.code("证件号码形式", "Form of the ID number", "id_kind")
    id_valid = fields.flag("证件号码有效", "ID number is valid")
    birth_date = fields.birthday("出生日期", "Birth date", AGE)
    ethnicity = fields.code("民族", "Ethnicity", "ethnicity")
    relation = fields.code("与户主关系", "Relation to head", "relation")
    phone_enc = fields.ciphertext()
    phone_hash = fields.keyed_hash()
    phone_valid = fields.flag("电话号码有效", "Phone number is valid")
    membership_change = fields.code("成员变更原因", "Why the membership changed", "membership_change")
    joined_on = fields.day("成为成员日期", "Joined on")
    left_on = fields.day("不再是成员日期", "Left on")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_no"], name="person_no_once"),
        ]
        indexes = [
            models.Index(fields=["place_code"], name="person_place_code"),
            models.Index(fields=["name"], name="person_name"),
            models.Index(fields=["name_pinyin", "name_initials"], name="person_pinyin"),
        ]
