"""Files of documents: recognising, examining, converting, previewing and storing them."""
