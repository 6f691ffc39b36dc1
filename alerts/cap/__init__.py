"""Messages of the Common Alerting Protocol 1.2: read strictly, understood kindly, imported as drafts.

`reading` knows XML, `message` the protocol, `meaning` what it is for us, `importing` our alerts.
"""
