"""The template filter `language`, which shows a language tag as the language's name."""

from django import template

from protect.directory.facts.sentences import language_name

register = template.Library()
register.filter("language", language_name)
