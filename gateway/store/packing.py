"""Text of the history made small: a row is mostly words that stand in every row, and writing wears out a card.

Knows no table. What was packed by a release can be unpacked by every later one: a dictionary is never changed, only
followed by another one with the next number.
"""

from __future__ import annotations

import zlib
from typing import Final

# RFC 1951: the window that the dictionary and a row fit into. Raw deflate, without a header and a checksum.
_WINDOW_BITS: Final = -13
_LEVEL: Final = 6
_MEMORY_LEVEL: Final = 6
_NUMBER: Final = 1

# The words of one ordinary message after the other, what is seen most at the end. Any text may be packed with it.
_WORDS: Final = (
    '"quarantined","rejected","deferred","refused","spooled","in-doubt","attachment-","unscanned","score-mark","limit"'
    '["description","Message probably spam, probability: "],["description","Message probably ham, probability: "]'
    '["description","Sender is forged (different From: header and smtp MAIL FROM: addresses)"]'
    '["description","Contains valid policies but are also marked by fuzzy/bayes/surbl/rbl"],["options",""]]},'
    '["description","Last hop did not use encrypted transports"],["description","Known content-type"]'
    '["description","DMARC permit policy"],["description","SPF verification allows sending"]'
    '"description","Valid DKIM signature","HTML_SHORT_LINK_IMG_1","R_PARTS_DIFFER","MANY_INVISIBLE_PARTS"'
    '"R_MISSING_CHARSET","SUBJECT_ENDS_QUESTION","MV_CASE","MIME_BASE64_TEXT","MIME_HTML_ONLY","MISSING_TO"'
    '"HFILTER_HOSTNAME_UNKNOWN","RDNS_NONE","ONCE_RECEIVED","MISSING_MID","MISSING_DATE","MIME_TYPES_BAD"'
    '"FREEMAIL_FROM","FREEMAIL_ENVFROM","TO_DN_SOME","TO_DN_NONE","FROM_NO_DN","FROM_EQ_ENVFROM","HAS_REPLYTO"'
    '"DMARC_NA","R_SPF_NA","R_SPF_FAIL","R_DKIM_REJECT","DKIM_TRACE","HAS_ATTACHMENT","HAS_LIST_UNSUB","NEURAL_HAM"'
    '"RCPT_COUNT_TWO","RCVD_COUNT_ZERO","RCVD_COUNT_ONE","RCVD_COUNT_THREE","RCVD_TLS_ALL","RCVD_TLS_LAST"'
    '"MIME_UNKNOWN","BAYES_HAM","BAD_REP_POLICIES","GOOD_REP_POLICIES","FORGED_SENDER"'
    '{"code":"","time":1,"kind":"message","client_ip":"1","client_name":"mail.","helo":"mail.","listener":"internet",'
    '"reverse_path":"@","dispositions":[{"recipient":"@","action":"accept","state":"delivered","hop":"10.0.0.9:25",'
    '"hop_reply":"250 2.0.0 Ok: queued as","hop_reply":"250 2.6.0 InternalId= Queued mail for delivery","reasons":['
    '{"name":"BAYES_SPAM","score":5.1,"details":[["description","Message probably spam, probability: "],'
    '["options","100.00%"]]},{"name":"MIME_GOOD","score":-0.1,"details":[["description","Known content-type"],'
    '["options","multipart/alternative, text/plain"]]},{"name":"RCVD_NO_TLS_LAST","score":0.1,"details":['
    '["description","Last hop did not use encrypted transports"],["options",""]]}],'
    '"would_change":{"name":"more-points","score":0.0,"details":[["points","6."],["action","mark"]]},"flags":[]}],'
    '"reply":"250 2.0.0 Ok [","subject":"R·· ","from_field":" <@","message_id":"<@mail","size_octets":4,"score":-0.1,'
    '"evidence":[{"check":"arc","result":"none","details":[],"elapsed_ms":0.1},{"check":"arrival","result":"ok",'
    '"details":[["scanner","ok"]],"elapsed_ms":0.0},'
    '{"check":"attachments","result":"clean","details":[["names",".pdf"]],"elapsed_ms":0.2},{"check":"dkim",'
    '"result":"pass","details":[["signature 1","pass "]],"elapsed_ms":1.0},{"check":"dmarc","result":"pass","details":['
    '["author domain",""],["published policy","reject"],["record at",""],["reason",""]],"elapsed_ms":0.0},'
    '{"check":"dnsbl","result":"none","details":[],"elapsed_ms":0.0},{"check":"iprev","result":"pass","details":['
    '["hostname","mail."]],"elapsed_ms":0.0},{"check":"rspamd","result":"scanned","details":[["action","no action"],'
    '["score","-0.10"],["BAYES_SPAM","+5.10 100.00%"],["BAYES_HAM","-3.00 100.00%"],["FORGED_SENDER","+0.30 @'
    '["BAD_REP_POLICIES","+0.10"],["DMARC_POLICY_ALLOW","-0.50"],["R_DKIM_ALLOW","-0.20"],["R_SPF_ALLOW","-0.20"],'
    '["MIME_GOOD","-0.10 multipart/mixed multipart/alternative text/plain"],["RCVD_NO_TLS_LAST","+0.10"],'
    '["ARC_NA","+0.00"],["ASN","+0.00"],["DMARC_POLICY_ALLOW","+0.00"],["FROM_EQ_ENVFROM","+0.00"],'
    '["FROM_HAS_DN","+0.00"],["FROM_NEQ_ENVFROM","+0.00 @'
    '["HAS_ATTACHMENT","+0.00"],["MID_RHS_MATCH_FROM","+0.00"],["MIME_TRACE","+0.00 0:+ 1:+ 2:~"],["MISSING_XM_UA",'
    '"+0.00"],["RCPT_COUNT_ONE","+0.00 1"],["RCVD_COUNT_TWO","+0.00 2"],["RCVD_VIA_SMTP_AUTH","+0.00"],'
    '["R_DKIM_ALLOW","+0.00"],["R_DKIM_NA","+0.00"],["R_SPF_ALLOW","+0.00"],["TO_DN_ALL","+0.00"],["TO_DN_NONE",'
    '"+0.00"],["TO_MATCH_ENVRCPT_ALL","+0.00"]],"elapsed_ms":4.0},'
    '{"check":"spf","result":"pass","details":[["domain",""],["identity","mailfrom"]],"elapsed_ms":0.3}],'
    '"timings":[["checks",5.0],["handing on",2.0]],"authors":["@"],"proven_by":"dkim,spf"}'
)
_DICTIONARY: Final = _WORDS.encode()


def pack(octets: bytes) -> bytes:
    """The octets, smaller; the first says by which dictionary."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW_BITS, _MEMORY_LEVEL, zlib.Z_DEFAULT_STRATEGY, _DICTIONARY)
    return bytes((_NUMBER,)) + packer.compress(octets) + packer.flush()


def unpack(packed: bytes) -> bytes:
    """What `pack` was given. Raises ValueError for what it did not make."""
    if packed[:1] != bytes((_NUMBER,)):
        raise ValueError("packed by a later release")
    unpacker = zlib.decompressobj(_WINDOW_BITS, _DICTIONARY)
    try:
        octets = unpacker.decompress(packed[1:])
    except zlib.error as error:
        raise ValueError(f"what was packed is damaged: {error}") from error
    if not unpacker.eof:
        raise ValueError("what was packed is cut off")
    return octets
