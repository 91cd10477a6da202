"""Documents that people bring: checked, scanned and written anew before the vault seals them."""
