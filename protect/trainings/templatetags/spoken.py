"""Languages in templates of trainings, by their names."""

from django import template

from protect.directory.facts.sentences import language_name

register = template.Library()
register.filter("language", language_name)
