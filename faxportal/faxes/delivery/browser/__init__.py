"""Direct delivery: the sender's browser PUTs documents whose bytes the portal never has.

    standing   what has arrived, what is missing, and what its page may do now; only reads
    targets    creating and renewing, which only a request of the sender's page does
    tries      a browser's PUT: opened just before, kept alive, closed by the page's report
    way_back   a file that the browser can't PUT goes to the portal, which relays it

What a page reports is the browser's word, and the record says so. The rules of delivery are the
same as for the portal's own calls: `delivery/plan` decides for both.
"""
