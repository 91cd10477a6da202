"""States and moves of organisations, teams and memberships, and other codes that never change."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganisationKind(TextChoices):
    # Translators, of each below: a kind of organisation.
    IOM_OFFICE = "iom_office", _("IOM office")  # of the International Organization for Migration
    NGO_PARTNER = "ngo_partner", _("NGO partner")  # non-governmental, works in the consortium
    SERVICE_PROVIDER = "service_provider", _("Service provider")  # shelters, clinics or advice
    SCHOOL = "school", _("School")
    AUTHORITY = "authority", _("Authority")  # an office of the state


class OrganisationState(TextChoices):
    """State of an organisation: members can work only while it is active."""

    # Translators, of each below: the state of an organisation.
    PROPOSED = "proposed", _("Proposed")  # others must still vouch for it
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")  # it may not work for now
    LEFT = "left", _("Left")  # for good


class OrganisationMove(TextChoices):
    """An action that changes an organisation's state, if `rules.ORGANISATION_MOVES` allows it."""

    ACTIVATE = "activate"
    SUSPEND = "suspend"
    REACTIVATE = "reactivate"
    LEAVE = "leave"


class TeamState(TextChoices):
    """State of a team and its keys: only `active` and `rotation_due` teams work on real cases."""

    # Translators, of each below: the state of a team.
    NO_KEY = "no_key", _("No key yet")
    FOUNDING = "founding", _("Founding")  # it may practise until its recovery kit is confirmed
    ACTIVE = "active", _("Active")
    ROTATION_DUE = "rotation_due", _("Key renewal due")  # because a member has left
    RETIRED = "retired", _("Retired")  # it no longer works


class TeamMove(TextChoices):
    """An action that changes a team's state, if `rules.TEAM_MOVES` allows it."""

    MAKE_KEY = "make_key"
    CONFIRM_RECOVERY = "confirm_recovery"
    ASK_ROTATION = "ask_rotation"
    ROTATE = "rotate"
    RETIRE = "retire"


class MembershipState(TextChoices):
    """State of a membership. Only `active` gives permissions."""

    # Translators, of each below: the state of a person in a team.
    INVITED = "invited", _("Invited")  # the invitation has been sent
    ENROLLED = "enrolled", _("Signed up")  # there is an account, but no key
    PENDING = "pending", _("Waiting for admission")  # a colleague must let them in
    ACTIVE = "active", _("Active")
    LEFT = "left", _("Left")  # the person is no longer in the team


class MembershipMove(TextChoices):
    """An action that changes a membership's state, if `rules` allows it."""

    ACCEPT = "accept"  # the invitation
    READY = "ready"  # signed up, with keys where the role needs them
    ADMIT = "admit"  # by a key holder who compared the six words
    LOSE_KEYS = "lose_keys"  # the user lost every way to unlock; a colleague admits them again
    END = "end"


class EndReason(TextChoices):
    # Translators, of each below: why a person is no longer in a team.
    """Why a membership ended."""

    OWN_WISH = "own_wish", _("At their own request")
    REMOVED = "removed", _("Removed")  # a colleague ended it
    TEAM_RETIRED = "team_retired", _("Team retired")
    ORGANISATION_LEFT = "organisation_left", _("Organisation left")


class Level(TextChoices):
    """Where a role applies: in a team, in an organisation with its teams, or on the platform."""

    TEAM = "team"
    ORGANISATION = "organisation"
    PLATFORM = "platform"


class Permission(TextChoices):
    """What a role permits. roles.toml says which role gives which."""

    WORK = "work"  # on files of the team
    RECEIVE = "receive"  # answer what is sent to the team
    SUPERVISE = "supervise"  # see and hand over the work of the team
    ADMIT = "admit"  # give the team's key to a new member
    INVITE = "invite"
    MANAGE_TEAM = "manage_team"  # names, members and roles of a team
    MANAGE_ORGANISATION = "manage_organisation"  # found and retire teams, give any role, leave
    READ_AUDIT = "read_audit"  # history, and who may do what: teams, memberships, key holders
    VOUCH = "vouch"  # propose an organisation, or say that it may be trusted
    TRAIN = "train"
    LEAD_SESSION = "lead_session"  # hold an information session
    PLAN_TRAININGS = "plan_trainings"  # plan trainings and sessions, register, certify
    EDIT_DIRECTORY = "edit_directory"  # of the organisation's country: edit, import, merge
    VERIFY_DIRECTORY = "verify_directory"  # check facts, call numbers
    MODERATE_DIRECTORY = "moderate_directory"  # decide on reports from the public and providers
    RELEASE_DIRECTORY = "release_directory"  # show services to the public, take them off
    TRANSLATE = "translate"  # pages, and read translations of others as a native reader
    WRITE_PAGES = "write_pages"  # source texts of pages, and what a change means
    WRITE_MATERIALS = "write_materials"  # the same of pages that are printed as materials
    REVIEW_PAGES = "review_pages"  # read pages as a specialist in gender-based violence
    RELEASE_PAGES = "release_pages"  # show texts to the public
    CONFIRM_FACTS = "confirm_facts"  # say as a named role that facts of a country are right
    ANSWER_ENQUIRIES = "answer_enquiries"  # from the programme's site, of the own country
    RUN_CAMPAIGNS = "run_campaigns"  # campaigns of the country: print, order, distribute materials
    COORDINATE = "coordinate"  # working groups of the country, their meetings and minutes
    REPORT = "report"  # hand in figures
    READ_REPORT = "read_report"
    OPERATE = "operate"  # the platform: suspend organisations and accounts


# These permissions need the team's key, which administrators and operators lack.
KEY_PERMISSIONS = {Permission.WORK, Permission.RECEIVE, Permission.SUPERVISE, Permission.ADMIT}


class AttemptKind(TextChoices):
    """What a counter of sign-in tries counts."""

    DEVICE = "device"  # an account, from a browser that has signed in to it before
    PAIR = "pair"  # an account, from one network
    NETWORK = "network"  # every account, from one network
    ACCOUNT = "account"  # an account, from all browsers unknown to it
    CODE = "code"  # the second factor of an account, after its password was right
    LINK = "link"  # what is typed behind one mailed link
