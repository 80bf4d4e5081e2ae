from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="placeyear",
            name="broadband_clinic",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="broadband_committee",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="broadband_households",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="broadband_natural_villages",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="broadband_school",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="broadcast_households",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="bus_service",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="clinic_up_to_standard",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="clinics",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="collective_income_fen",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="cooperative_households",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="cooperatives",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="cropland_mu",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="culture_place",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="dangerous_households",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="dibao_households",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="dibao_persons",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="disabled_persons",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="doctors",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="education_balanced",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="employee_pension_persons",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="grain_for_green_mu",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="informants",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="irrigated_mu",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="is_poor_village",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="labour_persons",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="migrant_workers",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="minority_persons",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="mobile_committee",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="mobile_internet_households",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="mobile_natural_villages",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="natural_villages",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="orchard_mu",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="party_members",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="pasture_mu",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="paved_road",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="policy_coverage",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="powered_natural_villages",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="production_power",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="public_toilets",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="resident_medical_persons",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="resident_pension_persons",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="rural_income_growth",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="rural_income_per_person_fen",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="school_age_in_school",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="school_age_persons",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="schools",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="tekun_households",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="tekun_persons",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="tourism_households",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="village_exited_year",
            field=models.SmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="waste_points",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="water_hard_households",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="water_mu",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="water_unsafe_households",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="women",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="placeyear",
            name="woodland_mu",
            field=models.FloatField(blank=True, null=True),
        ),
    ]
