"""What rspamd's rules found, in plain words: the phrases, and the symbols that each is for.

Words only, one phrase a line: the symbols, English, French. `*` stands for any letters, for symbols without a line of their
own. Our own results under rspamd's names have their words in `sentences`.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Final

_PHRASES: Final = """
BAYES_SPAM | Its words are those of mail that people here called spam. | Ses mots sont ceux de messages qualifiés ici d'indésirables.
BAYES_HAM | Its words are those of mail that people here wanted. | Ses mots sont ceux de messages souhaités ici.
POTERNE_REDIS_AWAY | The spam scanner's memory did not answer. | La mémoire de l'antispam n'a pas répondu.
NEURAL_SPAM* | What was learned from earlier mail makes it look like spam. | Ce qui a été appris des messages passés le rapproche des indésirables.
NEURAL_HAM* | What was learned from earlier mail makes it look like wanted mail. | Ce qui a été appris des messages passés le rapproche du courrier souhaité.
FUZZY_* LOCAL_FUZZY_* | It is nearly the same as a message that others reported as spam. | Il est presque identique à un message signalé ailleurs comme indésirable.
FUZZY_WHITE LOCAL_FUZZY_WHITE FUZZY_FORCED_WHITE | It is nearly the same as a message known to be harmless. | Il est presque identique à un message connu comme inoffensif.
SPAM_FLAG KLMS_SPAM MICROSOFT_SPAM UNITEDINTERNET_SPAM | Another mail system had already called it spam. | Un autre système de courrier l'avait déjà qualifié d'indésirable.
REPUTATION_* SENDER_REP* GENERIC_REPUTATION IP_REPUTATION* DKIM_REPUTATION* URL_REPUTATION* SPF_REPUTATION* | Earlier mail from the same place counts for or against it. | Le courrier passé de même provenance compte pour ou contre lui.
RBL_* MAILSPIKE SENDERSCORE* | The server that sent it is on a public block list. | Le serveur qui l'a envoyé figure sur une liste publique de blocage.
RBL_BLOCKLISTDE | The server that sent it attacked others lately (blocklist.de). | Le serveur qui l'a envoyé a récemment attaqué d'autres machines (blocklist.de).
RBL_SPAMHAUS_PBL | It came straight from a connection that should not send mail by itself. | Il vient directement d'un accès qui ne devrait pas envoyer de courrier lui-même.
RBL_SENDERSCORE_REPUT_9 RWL_* | The server that sent it has a good reputation. | Le serveur qui l'a envoyé a bonne réputation.
RBL_SENDERSCORE_REPUT_8 RWL_MAILSPIKE_NEUTRAL RBL_SENDERSCORE_REPUT_UNKNOWN RBL_SENDERSCORE_UNKNOWN | The server that sent it has neither a good nor a bad reputation. | Le serveur qui l'a envoyé n'a ni bonne ni mauvaise réputation.
RECEIVED_* | A server on its way here is on a public block list. | Un serveur de son parcours figure sur une liste publique de blocage.
RECEIVED_HELO_LOCALHOST | A server on its way here gave its name as localhost. | Un serveur de son parcours s'est présenté sous le nom localhost.
RCVD_UNAUTH_PBL | It was passed on from a home or mobile connection without a login. | Il a été relayé depuis un accès domestique ou mobile, sans identification.
RCVD_IN_DNSWL* RCVD_DKIM_ARC_DNSWL* | The server that sent it is on a list of trusted senders. | Le serveur qui l'a envoyé figure sur une liste d'expéditeurs de confiance.
DWL_DNSWL* WHITELIST_* | It is proven to come from a domain with a good name. | Il est prouvé qu'il vient d'un domaine de bonne réputation.
BLACKLIST_* | It names a well-known domain, but is not proven to come from it. | Il nomme un domaine connu, mais rien ne prouve qu'il en vient.
DNSWL_BLOCKED DWL_DNSWL_BLOCKED SURBL_BLOCKED URIBL_BLOCKED DBL_BLOCKED* DBL_PROHIBIT RBL_SPAMHAUS_BLOCKED* RECEIVED_SPAMHAUS_BLOCKED* RBL_SENDERSCORE_BLOCKED RBL_SENDERSCORE_REPUT_BLOCKED BLOCKLISTDE_FAIL | A public list refused to answer, so it says nothing about this message. | Une liste publique a refusé de répondre : elle ne dit rien de ce message.
DBL* URIBL_* SURBL_* *SURBL RSPAMD_URIBL SEM_URIBL* SPAMHAUS_ZEN_URIBL MW_SURBL_MULTI PH_SURBL_MULTI | It contains a link to a site that is on a public block list. | Il contient un lien vers un site qui figure sur une liste publique de blocage.
ABUSE_SURBL CRACKED_SURBL WP_COMPROMISED HACKED_WP_PHISHING | It contains a link to a site that seems to have been broken into. | Il contient un lien vers un site qui semble piraté.
CT_SURBL | It contains a link to a service that counts clicks. | Il contient un lien vers un service qui compte les clics.
DM_SURBL | It names a service for throw-away addresses. | Il nomme un service d'adresses jetables.
SEM_URIBL_FRESH15* | It contains a link to a site that is only some days old. | Il contient un lien vers un site qui n'a que quelques jours.
RSPAMD_EMAILBL MSBL_EBL* | It names an address that spammers use for answers. | Il nomme une adresse que des spammeurs utilisent pour les réponses.
PHISHING PHISHED_* | A link shows one address and leads to another. | Un lien affiche une adresse et mène à une autre.
PHISHED_OPENPHISH PHISHED_PHISHTANK | It contains a link to a page known to steal passwords. | Il contient un lien vers une page connue pour voler des mots de passe.
PHISHED_WHITELISTED PHISHED_EXCLUDED REDIRECTOR_FALSE | A link leads elsewhere, as is usual for this service. | Un lien mène ailleurs, ce qui est habituel pour ce service.
PHISH_EMOTION | It presses its reader and asks to open a false link. | Il met son lecteur sous pression et lui présente un faux lien.
REDIRECTOR_URL URL_REDIRECTOR_NESTED HAS_GOOGLE_REDIR HAS_GUC_PROXY_URI | A link leads through another site, so its goal can't be seen. | Un lien passe par un autre site : on ne voit pas où il mène.
REDIRECTOR_URL_ONLY | It consists of a link whose goal can't be seen. | Il se résume à un lien dont on ne voit pas la destination.
SUSPICIOUS_URL_IN_SUSPICIOUS_MESSAGE | It looks like spam and has a link whose goal can't be seen. | Il ressemble à un indésirable et contient un lien dont on ne voit pas la destination.
HTTP_TO_IP | A link leads to a bare number instead of a name. | Un lien mène à un simple numéro au lieu d'un nom.
HTTP_TO_HTTPS | A link shows a secure address and leads to an insecure one, or the other way round. | Un lien affiche une adresse sécurisée et mène à une autre, ou l'inverse.
OMOGRAPH_URL R_MIXED_CHARSET_URL | A link uses letters of another alphabet to look like a known name. | Un lien utilise des lettres d'un autre alphabet pour imiter un nom connu.
ZERO_WIDTH_SPACE_URL R_SUSPICIOUS_URL | A link is disguised. | Un lien est déguisé.
HAS_ONION_URI HAS_ANON_DOMAIN HAS_IPFS_GATEWAY_URL | It contains a link to a site whose owner hides. | Il contient un lien vers un site dont le propriétaire se cache.
HAS_FILE_URL | It contains a link to a file on the reader's own computer or network. | Il contient un lien vers un fichier de l'ordinateur ou du réseau du lecteur.
HAS_GOOGLE_FIREBASE_URL HAS_WP_URI | It contains a link to a service that is often misused. | Il contient un lien vers un service souvent détourné.
URI_HIDDEN_PATH HIDDEN_SOURCE_OBJ | A link leads to a hidden folder of a site. | Un lien mène à un dossier caché d'un site.
URI_COUNT_ODD R_PARTS_DIFFER | Its plain text says something else than its formatted text. | Son texte simple dit autre chose que son texte mis en forme.
HFILTER_URL_ONLY HFILTER_URL_ONELINE | It says hardly anything besides a link. | Il ne dit presque rien d'autre qu'un lien.
URL_IN_SUBJECT | Its subject contains a link. | Son objet contient un lien.
HFILTER_HELO_* HFILTER_HOSTNAME_* RDNS_CHECK | The server that sent it has a name like a home or mobile connection. | Le serveur qui l'a envoyé porte un nom d'accès domestique ou mobile.
HFILTER_HOSTNAME_UNKNOWN RDNS_NONE | The server that sent it has no name of its own in DNS. | Le serveur qui l'a envoyé n'a pas de nom à lui dans le DNS.
RDNS_DNSFAIL | DNS failed when the name of its server was looked up. | Le DNS a échoué en cherchant le nom de son serveur.
HFILTER_HELO_BADIP HFILTER_HELO_BAREIP HFILTER_HELO_NOT_FQDN HFILTER_HELO_IP_A HFILTER_HELO_NORES* | The server that sent it gave a name that is not its own. | Le serveur qui l'a envoyé a donné un nom qui n'est pas le sien.
HFILTER_FROMHOST_* HFILTER_MID_* | Its sender's domain could not receive an answer. | Le domaine de son expéditeur ne pourrait pas recevoir de réponse.
HFILTER_FROM_BOUNCE BOUNCE SUBJ_BOUNCE_WORDS | It is a notice that a message could not be delivered. | C'est un avis de non-remise.
BOUNCE_NO_AUTH HFILTER_RCPT_BOUNCEMOREONE | It looks like a notice of non-delivery, but nothing proves who sent it. | Il ressemble à un avis de non-remise, mais rien ne prouve qui l'a envoyé.
ONCE_RECEIVED DIRECT_TO_MX | It came straight here, without a mail server of its sender. | Il est arrivé directement, sans serveur de courrier de son expéditeur.
ONCE_RECEIVED_STRICT VIOLATED_DIRECT_SPF | It came straight from a computer that should not send mail by itself. | Il vient directement d'un ordinateur qui ne devrait pas envoyer de courrier lui-même.
RCVD_DOUBLE_IP_SPAM RCVD_HELO_USER RCVD_ILLEGAL_CHARS R_RCVD_SPAMBOTS INVALID_POSTFIX_RECEIVED FORGED_GENERIC_RECEIVED* FAKE_RECEIVED_* | The record of its way here looks forged. | La trace de son parcours semble falsifiée.
RCVD_COUNT_* CHECK_RCVD CHECK_RECEIVED RCVD_VIA_SMTP_AUTH PREVIOUSLY_DELIVERED | How many servers it went through. | Nombre de serveurs qu'il a traversés.
RCVD_TLS_ALL RCVD_TLS_LAST | It came over an encrypted connection. | Il est arrivé par une connexion chiffrée.
RCVD_NO_TLS_LAST | It came over a connection without encryption. | Il est arrivé par une connexion non chiffrée.
AUTH_NA AUTH_NA_OR_FAIL | Nothing proves who sent it. | Rien ne prouve qui l'a envoyé.
R_SPF_PLUSALL | Its domain lets every server in the world send for it. | Son domaine autorise tous les serveurs du monde à envoyer pour lui.
DKIM_MIXED | One of its signatures is valid and another is not (DKIM). | Une de ses signatures est valable, une autre non (DKIM).
DMARC_POLICY_ALLOW_WITH_FAILURES | It is proven to come from the domain it names, though one of the proofs failed (DMARC). | Il est prouvé qu'il vient du domaine qu'il nomme, bien qu'une des preuves ait échoué (DMARC).
DMARC_BAD_POLICY DMARC_DNSFAIL | What its domain says of such mail could not be read (DMARC). | Ce que son domaine dit d'un tel courrier n'a pas pu être lu (DMARC).
ARC_NA | Nobody who forwarded it signed for it (ARC). | Personne ne l'a relayé en s'en portant garant (ARC).
ARC_DNSFAIL ARC_INVALID | The word of those who forwarded it could not be checked (ARC). | La garantie de ceux qui l'ont relayé n'a pas pu être vérifiée (ARC).
BAD_REP_POLICIES | Its sender is proven, but has a bad name. | Son expéditeur est prouvé, mais a mauvaise réputation.
SPF_FAIL_FORWARDING FORGED_SENDER_FORWARDING FORGED_RECIPIENTS_FORWARDING FWD_* FORWARDED | It was forwarded, which explains other findings. | Il a été transféré, ce qui explique d'autres constats.
GOOGLE_FORWARDING_MID_* | It was forwarded by Google and had no proper number before. | Il a été transféré par Google et n'avait pas de numéro correct auparavant.
MAILLIST HAS_LIST_UNSUB PRECEDENCE_BULK BROKEN_HEADERS_MAILLIST FORGED_MUA_MAILLIST FORGED_RECIPIENTS_MAILLIST FORGED_SENDER_MAILLIST | It comes through a mailing list or is a newsletter. | Il vient d'une liste de diffusion ou d'une lettre d'information.
FORGED_SENDER FROM_NEQ_ENVFROM | The sender in its text is not the one who handed it in, as with newsletters. | L'expéditeur affiché n'est pas celui qui l'a déposé, comme pour une lettre d'information.
FORGED_SENDER_VERP_SRS ENVFROM_PRVS ENVFROM_VERP TAGGED_FROM TAGGED_RCPT EMAIL_PLUS_ALIASES | Its address carries a mark, as newsletters' do. | Son adresse porte une marque, comme celles des lettres d'information.
FROM_EQ_ENVFROM FROM_HAS_DN FROM_NO_DN FROM_DISPLAY_CALLBACK FORGED_CALLBACK CHECK_FROM | How its sender is written. | Manière dont son expéditeur est écrit.
FROM_NEQ_DISPLAY_NAME SPOOF_DISPLAY_NAME | The name of its sender shows the address of somebody else. | Le nom de son expéditeur affiche l'adresse de quelqu'un d'autre.
FROM_DN_EQ_ADDR FROM_NAME_EXCESS_SPACE FROM_NAME_HAS_TITLE R_NO_SPACE_IN_FROM TO_WRAPPED_IN_SPACES R_HTTP_URL_IN_FROM | The name of its sender is written as in mass mail. | Le nom de son expéditeur est écrit comme dans un envoi en masse.
FROM_INVALID ENVFROM_INVALID INVALID_FROM_8BIT FROM_NEEDS_ENCODING MULTIPLE_FROM | The address of its sender is broken. | L'adresse de son expéditeur est incorrecte.
MISSING_FROM | It names no sender. | Il ne nomme aucun expéditeur.
WWW_DOT_DOMAIN | Its sender's address begins with www, as broken scripts write. | L'adresse de son expéditeur commence par www, comme l'écrivent des scripts défectueux.
SPOOF_REPLYTO FREEMAIL_REPLYTO_NEQ_FROM* REPLYTO_EQ_TO_ADDR REPTO_QUOTE_YAHOO | Answers would go to somebody else than its sender. | Les réponses iraient à quelqu'un d'autre que son expéditeur.
SUSPICIOUS_MDN HEADER_FORGED_MDN HEADER_RCONFIRM_MISMATCH | It asks to tell somebody else that it was read. | Il demande de signaler sa lecture à quelqu'un d'autre.
REPLYTO_* HAS_REPLYTO CHECK_REPLYTO | Where answers to it would go. | Où iraient les réponses.
REPLYTO_UNPARSEABLE REPLYTO_EMAIL_HAS_TITLE | The address for answers is broken. | L'adresse de réponse est incorrecte.
FREEMAIL_* IP_SCORE_FREEMAIL | It names an address of a free mail provider. | Il nomme une adresse chez un fournisseur gratuit.
FREEMAIL_AFF | It looks like an advance fee fraud: a promise of money from a free mail address. | Il ressemble à une escroquerie : une promesse d'argent depuis une adresse gratuite.
INTRODUCTION | A stranger introduces himself, as such fraud begins. | Un inconnu se présente, comme au début de telles escroqueries.
LEAKED_PASSWORD_SCAM* | It threatens its reader and asks for bitcoin. | Il menace son lecteur et réclame des bitcoins.
BITCOIN_ADDR | It contains a bitcoin address. | Il contient une adresse bitcoin.
FORGED_RECIPIENTS | It is addressed to others than those who get it. | Il est adressé à d'autres que ceux qui le reçoivent.
R_UNDISC_RCPT UNDISC_RCPTS_BULK MISSING_TO TO_DN_RECIPIENTS RCPT_COUNT_ZERO | It hides to whom it was sent. | Il cache à qui il a été envoyé.
SORTED_RECIPS SUSPICIOUS_RECIPS | Its recipients look like a list made by a program. | Ses destinataires ressemblent à une liste fabriquée par un programme.
INVALID_RCPT_8BIT TO_NEEDS_ENCODING | The addresses of its recipients are broken. | Les adresses de ses destinataires sont incorrectes.
INFO_TO_INFO_LU TO_EQ_FROM | Sender and recipient have the same name. | Expéditeur et destinataire portent le même nom.
RCPT_COUNT_* TO_* CHECK_TO_CC | How its recipients are written. | Manière dont ses destinataires sont écrits.
EMPTY_SUBJECT MISSING_SUBJECT | It has no subject. | Il n'a pas d'objet.
SUBJ_ALL_CAPS | Its subject is all in capitals. | Son objet est tout en majuscules.
LONG_SUBJ | Its subject is much longer than usual. | Son objet est bien plus long que d'habitude.
SUBJECT_HAS_CURRENCY | Its subject speaks of money. | Son objet parle d'argent.
SUBJECT_* | Its subject is written as in advertisements. | Son objet est écrit comme dans une publicité.
SUBJECT_NEEDS_ENCODING INVALID_* | Parts of its header are broken. | Des parties de son en-tête sont incorrectes.
FAKE_REPLY | It pretends to answer a message that nobody wrote. | Il prétend répondre à un message que personne n'a écrit.
*_EXCESS_BASE64 *_EXCESS_QP MIME_BASE64_TEXT* MAILER_1C_8_BASE64 MAIL_RU_MAILER_BASE64 | Its text is encoded without need, as if to hide it from filters. | Son texte est encodé sans nécessité, comme pour le cacher aux filtres.
R_BAD_CTE_7BIT R_MISSING_CHARSET CTE_CASE MV_CASE XM_CASE CT_EXTRA_SEMI BROKEN_CONTENT_TYPE MISSING_MIME_VERSION MIME_HEADER_CTYPE_ONLY MIME_UNKNOWN CTYPE_MIXED_BOGUS MIME_MA_MISSING_* STOX_REPLY_TYPE YANDEX_RU_MAILER_CTYPE_MIXED_BOGUS CHECK_MIME HEADER_*_EMPTY_DELIMITER | It is built carelessly, as by a script rather than a mail program. | Il est mal construit, comme par un script plutôt que par un logiciel de courrier.
R_MIXED_CHARSET | Its words mix letters of several alphabets to deceive filters. | Ses mots mêlent des lettres de plusieurs alphabets pour tromper les filtres.
BROKEN_HEADERS MULTIPLE_UNIQUE_HEADERS MISSING_ESSENTIAL_HEADERS SHORT_PART_BAD_HEADERS | Its header is broken, or fields appear twice. | Son en-tête est cassé, ou des champs y figurent deux fois.
MISSING_DATE INVALID_DATE DATE_CB | It has no proper date. | Il n'a pas de date correcte.
DATE_IN_FUTURE | Its date is in the future. | Sa date est dans le futur.
DATE_IN_PAST | Its date is some time ago. | Sa date remonte à quelque temps.
MISSING_MID MISSING_MID_ALLOWED INVALID_MSGID INVALID_MSGID_ALLOWED MID_* KNOWN_MID* KNOWN_NO_MID CHECK_MID | The number that mail programs give each message is missing or unusual. | Le numéro que les logiciels donnent à chaque message manque ou est inhabituel.
MID_RHS_MATCH_FROM MID_RHS_MATCH_FROMTLD | Its number fits its sender. | Son numéro correspond à son expéditeur.
FORGED_* MISSING_MIMEOLE RATWARE_MS_HASH STRONGMAIL | It pretends to come from a mail program that did not write it. | Il prétend venir d'un logiciel de courrier qui ne l'a pas écrit.
OLD_X_MAILER XM_UA_NO_VERSION MISSING_XM_UA | The program that wrote it is very old or gives no version. | Le logiciel qui l'a écrit est très ancien ou ne donne pas sa version.
SUSPICIOUS_BOUNDARY* TRACKER_ID | It has marks of programs that send spam. | Il porte la marque de programmes d'envoi d'indésirables.
HAS_X_PHP_SCRIPT HAS_X_POS HAS_PHPMAILER_SIG PHP_XPS_PATTERN HAS_X_SOURCE HAS_X_ANTIABUSE HAS_X_GMSV HAS_XAW HAS_X_AS HAS_INTERSPIRE_SIG | A script on a web site sent it. | Un script d'un site web l'a envoyé.
AUTOGEN_PHP_SPAMMY X_PHP* PHP_SCRIPT_ROOT XAW_SERVICE_ACCT ENVFROM_SERVICE_ACCT FROM_SERVICE_ACCT ABUSE_FROM_INJECTOR SUSPICIOUS_AUTH_ORIGIN | It seems to come from a web site or server that was broken into. | Il semble venir d'un site ou serveur piraté.
COMPROMISED_ACCT_BULK | It seems to be mass mail from a stolen account. | Il semble être un envoi en masse depuis un compte volé.
HAS_X_PRIO* HAS_ORG_HEADER HAS_XOIP HAS_CD_HEADER CD_MM_BODY | It has unusual fields in its header. | Son en-tête contient des champs inhabituels.
*_MAILER MAILER_1C_8 APPLE_* | The mail program that wrote it. | Le logiciel de courrier qui l'a écrit.
EXT_CSS HTML_VISIBLE_CHECKS | Its look is loaded from elsewhere. | Sa mise en page est chargée depuis l'extérieur.
ZERO_FONT R_WHITE_ON_WHITE MANY_INVISIBLE_PARTS | It contains text that its reader can't see. | Il contient du texte que son lecteur ne voit pas.
HTML_META_REFRESH_URL | It sends its reader to a web page by itself. | Il envoie de lui-même son lecteur vers une page web.
HTML_SHORT_LINK_IMG* R_EMPTY_IMAGE R_SUSPICIOUS_IMAGES | It is a picture with a link instead of text. | C'est une image avec un lien au lieu d'un texte.
DATA_URI_OBFU HAS_DATA_URI | Its content is hidden inside a link. | Son contenu est caché dans un lien.
MIME_HTML_ONLY | It has no plain text, only a formatted one. | Il n'a pas de texte simple, seulement un texte mis en forme.
COMPLETELY_EMPTY SINGLE_SHORT_PART | It is empty or nearly so. | Il est vide ou presque.
MIME_BAD_ATTACHMENT MIME_BAD MIME_BAD_EXTENSION CTYPE_MISSING_DISPOSITION | An attachment is of a kind that is seldom sent for good. | Une pièce jointe est d'un genre rarement envoyé à bon escient.
MIME_DOUBLE_BAD_EXTENSION MIME_BAD_UNICODE MIME_BAD_EXT_WITH_BAD_UNICODE | The name of an attachment is made to deceive. | Le nom d'une pièce jointe est fait pour tromper.
MIME_ENCRYPTED_ARCHIVE | It carries an archive with a password. | Il porte une archive protégée par un mot de passe.
MIME_ARCHIVE_IN_ARCHIVE MIME_OBFUSCATED_ARCHIVE MIME_BAD_EXT_IN_OBFUSCATED_ARCHIVE MISIDENTIFIED_RAR UDF_COMPRESSION_500PLUS CHECK_ARCHIVES | It carries an archive that hides what is in it. | Il porte une archive qui cache son contenu.
MIME_EXE_IN_GEN_SPLIT_RAR EXE_* SINGLE_FILE_ARCHIVE_WITH_EXE | It carries an archive with a program in it. | Il porte une archive contenant un programme.
BOGUS_ENCRYPTED_AND_TEXT | It mixes encrypted and open text, as no mail program does. | Il mêle texte chiffré et texte clair, comme ne le fait aucun logiciel.
ENCRYPTED_* | It is encrypted for its recipient. | Il est chiffré pour son destinataire.
SIGNED_* | Its sender signed it (PGP or S/MIME). | Son expéditeur l'a signé (PGP ou S/MIME).
HAS_ATTACHMENT MIME_GOOD MIME_TRACE MIME_TYPES_CALLBACK | It has attachments or parts of usual kinds. | Il a des pièces jointes ou des parties de genre habituel.
PDF_ENCRYPTED PDF_TIMEOUT | It carries a PDF that could not be looked into. | Il porte un PDF qu'on n'a pas pu examiner.
PDF_* | It carries a PDF that is built in an unusual way. | Il porte un PDF construit de façon inhabituelle.
CLAM_VIRUS* VIRUS* | A virus scanner found a virus in it. | Un antivirus y a trouvé un virus.
SPECIFIC_CONTENT_CHECK | Its content was looked into. | Son contenu a été examiné.
"""


def _read(text: str) -> dict[str, tuple[str, str]]:
    lines = (line.split(" | ") for line in text.strip().splitlines())
    return {name: (english, french) for names, english, french in lines for name in names.split()}


_BY_NAME: Final = MappingProxyType(_read(_PHRASES))
# The most precise first: the one with most letters of its own.
_PATTERNS: Final = tuple(sorted((each for each in _BY_NAME if "*" in each), key=len, reverse=True))


def phrase(symbol: str) -> tuple[str, str] | None:
    """English and French for a symbol of rspamd; None for one that nobody here has heard of."""
    if symbol in _BY_NAME:
        return _BY_NAME[symbol]
    return next((_BY_NAME[each] for each in _PATTERNS if fnmatchcase(symbol, each)), None)
