"""Facts of a country that a named role has confirmed, such as a lawyer of its office."""
