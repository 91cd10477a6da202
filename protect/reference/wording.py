"""Names of vocabulary codes for translation by gettext. A test keeps them equal to data/*.toml."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.reference.vocabulary.schemas import Need, Term

NEED_NAMES: dict[str, Promise] = {
    # Translators, of each below: choice.
    # Translators: choice, said by the person; another person may have hurt her or him.
    "hurt-now": _("Somebody hurt me, or I am in danger"),
    "safe-place": _("A safe place"),  # the person needs somewhere to be safe
    "doctor": _("A doctor"),  # any medical help
    "talk": _("Someone to talk to"),  # For translators: choice: a person who listens, not a doctor
    "law-papers": _("Law and papers"),  # For translators: choice; papers for residence or identity
    "child": _("Help for a child"),  # for a child herself and for an adult who worries about one
    "helping": _("I am helping someone"),  # For translators: choice by friend, neighbour or worker
    "not-sure": _("I am not sure"),  # For translators: choice: she does not know what she needs
}

NEED_HINTS: dict[str, Promise] = {
    # Translators: under the first choice.
    "hurt-now": _("Medical care, and whom to call."),
    # Translators: under the choice "A safe place"; promise nothing.
    "safe-place": _("Somewhere to sleep tonight or to stay."),
    # Translators: under the choice "A doctor"; everyday words.
    "doctor": _("Injuries, infections, pregnancy."),
    # Translators: under the choice "Someone to talk to"; "in writing" is chat or text message.
    "talk": _("By phone, in writing or face to face."),
    # Translators: under the choice "Law and papers".
    "law-papers": _("Your rights, a lawyer, residence papers."),
    # Translators: under the choice "Help for a child"; speaks to the reader.
    "child": _("You are under 18, or you worry about a child."),
    # Translators: under the choice "I am helping someone".
    "helping": _("What to say, what not to say, whom to call."),
    # Translators: under the choice "I am not sure"; nothing is decided by talking.
    "not-sure": _("Talk with someone about what could help."),
}

# All categories except the one that is never an answer: no public screen shows it.
CATEGORY_NAMES: dict[str, Promise] = {
    # Translators, of each below: kind of service.
    "emergency": _("Emergency"),  # numbers for danger now
    "helpline": _("Helpline"),  # a phone, chat or text line
    "sexual-violence-centre": _("Care after sexual assault"),  # medical care, for any sex and age
    # Translators: kind of service without medical care: talking, psychological help.
    "sexual-violence-counselling": _("Counselling after sexual assault"),
    # Translators: kind of service for people hurt by any violence because of their gender.
    "gender-based-violence": _("Help after violence"),
    # Translators: kind of service for people hurt by a husband, partner or family member.
    "domestic-violence": _("Help after violence at home"),
    "health": _("Medical care"),  # doctors, clinics, hospitals
    "psychosocial": _("Emotional support"),  # psychologists, counsellors, support groups
    "shelter": _("Shelter"),  # a protected house with a secret address
    "housing": _("Housing"),  # a place to live or sleep, not a protected house
    "legal": _("Legal advice"),  # lawyers and legal information
    "police": _("Police"),
    "child-protection": _("Help for children"),  # for people under 18
    "missing-children": _("Missing children"),  # lines for missing children and their families
    "lgbtqi": _("LGBTQI+ support"),  # For translators: kind of service; keep the letters if in use
    "men": _("Support for men"),  # for men and boys who were hurt
    "disability": _("Support for disabled people"),  # use the words that disabled people prefer
    "trafficking": _("Help against trafficking"),  # human trafficking; not traffic on roads
    "fgm": _(
        "Help against genital cutting, and after it"
    ),  # female genital mutilation; use a word without blame
    "forced-marriage": _("Help against forced marriage"),  # For translators: kind of service
    "case-management": _("A social worker"),  # a person who plans next steps and stays beside you
    "migrant-support": _("Help for migrants"),  # for migrants, refugees, people who ask for asylum
    "interpretation": _("Interpreters"),  # people who interpret spoken language
    "livelihoods": _("Work and training"),  # work, courses, money
    "information": _("Information"),  # a website, without staff who answer
}

STATUS_NAMES: dict[str, Promise] = {
    # Translators, of each below: legal situation, chosen by the person.
    "undocumented": _("No papers, papers that ran out, or asylum refused"),  # never "illegal"
    "asylum_seeker": _("Asked for asylum, waiting for the answer"),  # request not decided yet
    # Translators: legal situation: refugee status, subsidiary or other international protection.
    "refugee": _("Refugee, or other protection granted"),
    # Translators: legal situation: the EU status, given for example to people who fled Ukraine.
    "temporary_protection": _("Temporary protection"),
    "residence_permit": _("Residence permit"),  # a permit to stay, as for work, study or family
    "eu_citizen": _("Citizen of an EU country"),
}

GROUP_NAMES: dict[str, Promise] = {
    # Translators, of each below: a group of people that a service says it is for.
    "pregnant": _("Pregnant"),
    "lgbtqi": _("LGBTQI+"),  # keep the letters
    "disability": _("Disability"),
    # Translators: a group of people that a service says it is for: of human trafficking.
    "trafficking": _("Forced to work or to sell sex (trafficking)"),
}

GENDER_NAMES: dict[str, Promise] = {
    # Translators, of each below: gender of an adult or child.
    "f": _("Woman or girl"),
    "m": _("Man or boy"),
}

DOCUMENT_NAMES: dict[str, Promise] = {
    "id_document": _("Passport or identity card"),  # For translators: a document a service wants
    # Translators, of each below: a document.
    "residence_card": _("Residence card"),  # the card that shows a permit to stay
    # Translators: a document given to people who asked for asylum.
    "asylum_certificate": _("Paper that shows a request for asylum"),
    "health_card": _("Health card"),  # the card of the health insurance or health system
    "police_report": _("Police report"),  # For translators: paper about what one told the police
    # Translators: a document: a letter that sends the person to this service.
    "referral_letter": _("Letter from a doctor or another service"),
    "medical_test": _("Result of a medical test"),  # for example a test for tuberculosis
    "proof_of_address": _("Proof of address"),  # For translators: a document: where a person lives
    "birth_certificate": _("Birth certificate"),  # For translators: a document, often for a child
}


def display_name(names: dict[str, Promise], term: Term | Need) -> Promise | str:
    """Return the displayed name of a term: our translated text, else the name in the data."""
    return names.get(term.code, term.name)
