"""What people do with a site's money: each act is one transaction, under the site's lock."""
