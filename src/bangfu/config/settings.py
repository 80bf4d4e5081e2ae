"""Django settings. All that differs between instances comes from the environment (``bangfu.config.environment``)."""

from __future__ import annotations

import os
from pathlib import Path

from bangfu.config import environment

HOME = environment.home()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = environment.secret_key(HOME)
DEBUG = os.environ.get("BANGFU_DEBUG", "") == "1"
ALLOWED_HOSTS = os.environ.get("BANGFU_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("BANGFU_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "bangfu.records.instance",
    "bangfu.records.access",
    "bangfu.records.places",
    "bangfu.records.households",
    "bangfu.records.jobs",
    "bangfu.records.intake",
    "bangfu.records.cases",
    "bangfu.records.exchange",
    "bangfu.records.figures",
    "bangfu.records.reports",
    "bangfu.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "bangfu.web.middleware.Compression",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bangfu.web.middleware.ContentSecurityPolicy",
    "bangfu.web.middleware.OneState",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "bangfu.web.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "bangfu.records.access.middleware.Gate",
    "bangfu.web.errors.NoNul",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "bangfu.config.urls"
WSGI_APPLICATION = "bangfu.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bangfu.web.context.shell",
            ],
        },
    },
]
DATABASES = {"default": environment.database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/in/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "bangfu.records.access.accounts.Adapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
# A whole office comes from one address: names are locked one by one (access/accounts.py), addresses only when flooding.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "100/m/ip"}
ACCOUNT_FORMS = {
    "login": "bangfu.records.access.forms.SignInForm",
    "reauthenticate": "bangfu.records.access.forms.PasswordAgainForm",
    "change_password": "bangfu.records.access.forms.NewPasswordForm",
}
MFA_ADAPTER = "bangfu.records.access.accounts.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "bangfu.records.access.forms.CodeForm",
    "reauthenticate": "bangfu.records.access.forms.CodeAgainForm",
    "activate_totp": "bangfu.records.access.forms.FirstCodeForm",
}
# Whom the sign-in page names when a name is locked: a phone number or an office.
CONTACT = os.environ.get("BANGFU_CONTACT", "")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
TIME_ZONE = os.environ.get("BANGFU_TIME_ZONE", "Asia/Shanghai")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True, mode=0o755)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = HOME / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True, mode=0o700)

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "bangfu.web.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if os.environ.get("BANGFU_HTTPS", "") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000

# Ids and places may stand in a log line; names, numbers and what a form held may not (bangfu.config.logs).
LOG_LEVEL = os.environ.get("BANGFU_LOG_LEVEL", "WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "bangfu.config.logs.WithoutMessages", "everything": DEBUG}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Django's own handlers would print the same twice and mail whole requests; its records go to ours alone.
    "loggers": {"django": {"handlers": [], "level": LOG_LEVEL, "propagate": True}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
}
