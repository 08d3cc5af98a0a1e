"""Settings: wiring only. What differs between instances comes from the environment."""

import hashlib
import os
from pathlib import Path

from django.utils.csp import CSP

from config import environment

BASE_DIR = Path(__file__).resolve().parent.parent
DATABASES = {"default": environment.database(os.environ.get("DATABASE_URL"))}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
SITE = environment.site()
DEBUG = SITE.debug
DEMO = SITE.demo
SECRET_KEY = SITE.secret_key
ALLOWED_HOSTS = SITE.hosts
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",  # allauth's pages on authenticators use it
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_prometheus",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "config",
    "workplaces",
    "councils",
    "planning",
]

MIDDLEWARE = [
    "config.middleware.figures.FiguresMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.packed.PackedMiddleware",
    "config.middleware.usual.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.usual.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.middleware.people.PeopleMiddleware",
    "config.middleware.usual.NoticesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.hats.HatsMiddleware",
    "config.middleware.second_factor.SecondFactorMiddleware",
    "config.middleware.signed_out.SignedOutMiddleware",
    "config.middleware.refusals.RefusalMiddleware",
    "config.middleware.text.TextMiddleware",
    "config.middleware.once.OnceMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    }
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "workplaces.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
CSRF_FAILURE_VIEW = "config.kept.form_expired"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_ADAPTER = "config.accounts.Adapter"
ACCOUNT_FORMS = {"reset_password_from_key": "config.accounts.ChoosePasswordForm"}
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
SOCIALACCOUNT_ADAPTER = "config.accounts.SocialAdapter"
# Sign-ins are counted by the caller's address, which behind proxies is what the last trusted one wrote down.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.count("TRUSTED_PROXIES", 0 if DEBUG or DEMO else 1)
STAFF_NEED_SECOND_FACTOR = not DEMO
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MAILERS = {"default": environment.mailer(os.environ.get("MAIL_URL"))}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("MAIL_FROM", "commonplan@localhost")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("pt-br", "Português (Brasil)")]  # each in its own words
FORMAT_MODULE_PATH = "config.formats"
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = os.environ.get("TIME_ZONE", "UTC")
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / "staticfiles"))
WHITENOISE_USE_FINDERS = DEBUG or DEMO
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
HTTPS = environment.flag("HTTPS", default=not (DEBUG or DEMO))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SITE_URL = environment.address(ALLOWED_HOSTS, https=HTTPS)
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]  # asked on the machine itself, without TLS
METRICS_NETWORKS = environment.words("METRICS_NETWORKS", "127.0.0.0/8,::1/128")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_HTTPONLY = True
if not HTTPS:  # several instances on one machine have one host between them, and cookies know no ports
    OWN = hashlib.sha256(str(BASE_DIR).encode() + os.environ["DATABASE_URL"].encode()).hexdigest()[:8]
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"session-{OWN}", f"csrf-{OWN}"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

CACHES = {"default": environment.counters(os.environ.get("REDIS_URL"))}
CELERY_BROKER_URL = os.environ.get("REDIS_URL", "")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": int(os.environ.get("VISIBILITY_TIMEOUT", "60")),
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {
    "runs-sweep": {"task": "planning.runs_sweep", "schedule": 60.0},
    "plans-go-on": {"task": "planning.plans_go_on", "schedule": 60.0},
    "lists-go-on": {"task": "planning.lists_go_on", "schedule": 60.0},
    "record-root": {"task": "planning.record_root", "schedule": 3600.0},
    "ballots-close-due": {"task": "councils.ballots_close_due", "schedule": 60.0},
    "notices-make": {"task": "planning.notices_make", "schedule": 120.0},
    "notices-send": {"task": "planning.notices_send", "schedule": 60.0},
    "calendars-remember": {"task": "planning.calendars_remember", "schedule": 3600.0},
    "notices-expire": {"task": "planning.notices_expire", "schedule": 86_400.0},
    "sessions-expire": {"task": "config.sessions_expire", "schedule": 86_400.0},
}

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "planning.api.authentication.TokenAuthentication",
        "planning.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["planning.api.scopes.ScopePermission"],
    "DEFAULT_THROTTLE_CLASSES": ["planning.api.throttles.Reads", "planning.api.throttles.Writes"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["planning.api.parsers.DocumentParser"],
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "EXCEPTION_HANDLER": "planning.api.problems.problem_handler",
}
API_RATES = {
    "read": os.environ.get("API_READS", "1200/min"),
    "write": os.environ.get("API_WRITES", "300/min"),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Commonplan",
    "DESCRIPTION": "Democratic planning among self-managed workplaces: products, proposals, rounds, runs, plans.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "AnswerKind": "planning.models.answers.Response.Kind",
        "RunRowKind": "planning.api.serializers.runs.ROW_KINDS",
        "RunLineKind": "planning.api.serializers.runs.LINE_KINDS",
        "RunState": "planning.models.runs.Run.State",
        "RoundState": "planning.models.cycles.Round.State",
        "PlanState": "planning.models.cycles.Plan.State",
        "OutputReportCause": "planning.models.reports.OutputReport.Cause",
        "GrantReportState": "planning.models.sharing.GrantReport.State",
        "AssociationKind": "workplaces.models.people.Association.Kind",
        "SandboxChangeKind": "planning.models.sandboxes.SandboxChange.Kind",
        "Source": "planning.models.answers.Source",
    },
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}
