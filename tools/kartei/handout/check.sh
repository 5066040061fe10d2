#!/bin/sh
# Checks the evidence in this directory, with openssl and sha256sum alone. HOW-TO-CHECK.md tells what each step is for.
# Exit code 0: every entry here is in the log that the key signed. 1: something is not as it was.
set -u
LC_ALL=C
export LC_ALL
umask 077

case $0 in */*) cd "${0%/*}" || exit 1 ;; esac
work=${TMPDIR:-/tmp}/check-evidence.$$
mkdir "$work" || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

# --- Bytes. A shell has no place for them, so they are kept as printf takes them: \000\377.

# put NUMBER: adds a byte to $octal.
put() { octal=$octal\\$(($1 / 64))$(($1 / 8 % 8))$(($1 % 8)); }

# unhex HEX: sets $octal to the bytes.
unhex() {
    octal=
    rest=$1
    while [ -n "$rest" ]; do
        tail=${rest#??}
        put $((0x${rest%"$tail"}))
        rest=$tail
    done
}

# decode BASE64: sets $octal to the bytes. Takes the one right way to write them and no other.
alphabet=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/
decode() {
    octal=
    rest=$1
    while [ -n "$rest" ]; do
        tail=${rest#????}
        [ "$tail" != "$rest" ] || return 1
        four=${rest%"$tail"}
        rest=$tail
        case $four in
        ??==) bytes=1 ;;
        ???=) bytes=2 ;;
        *) bytes=3 ;;
        esac
        [ "$bytes" -eq 3 ] || [ -z "$rest" ] || return 1
        letters=${four%%=*}
        [ ${#letters} -eq $((bytes + 1)) ] || return 1
        bits=0
        while [ -n "$letters" ]; do
            letter=${letters%"${letters#?}"}
            letters=${letters#?}
            case $letter in [A-Za-z0-9+/]) ;; *) return 1 ;; esac
            before=${alphabet%%"$letter"*}
            bits=$((bits * 64 + ${#before}))
        done
        case $bytes in
        1) [ $((bits % 16)) -eq 0 ] || return 1 && put $((bits / 16)) ;;
        2) [ $((bits % 4)) -eq 0 ] || return 1 && put $((bits / 1024)) && put $((bits / 4 % 256)) ;;
        3) put $((bits / 65536)) && put $((bits / 256 % 256)) && put $((bits % 256)) ;;
        esac
    done
}

# same FILE HASHED: whether sha256sum says the same of the file as it said of something else.
same() { [ "$(sha256sum <"$1")" = "$2" ]; }

# --- The key: the same in both files, and in the form that openssl takes.

check_key() {
    IFS= read -r key <log-key.txt || fail "log-key.txt cannot be read"
    same log-key.txt "$(printf '%s\n' "$key" | sha256sum)" || fail "log-key.txt is not one line"
    name=${key%%+*}
    rest=${key#*+}
    id=${rest%%+*}
    decode "${rest#*+}" && [ ${#octal} -eq 132 ] || fail "log-key.txt holds no key"
    public=${octal#'\001'}  # the first byte says that it is for Ed25519
    [ ${#public} -eq 128 ] || fail "log-key.txt holds no Ed25519 key"
    hash=$({ printf '%s\n' "$name" && printf '\001' && printf "$public"; } | sha256sum)
    [ "${hash%"${hash#????????}"}" = "$id" ] || fail "log-key.txt: the key is not the one that its id is of"
    unhex "$id"
    id=$octal
    der='\060\052\060\005\006\003\053\145\160\003\041\000'  # SubjectPublicKeyInfo of Ed25519, up to the key
    [ "$(openssl pkey -pubin -in log-key.pem -outform DER 2>/dev/null | sha256sum)" = \
        "$(printf "$der$public" | sha256sum)" ] || fail "log-key.pem is not the key of log-key.txt"
    same log-key.pem "$(openssl pkey -pubin -in log-key.pem | sha256sum)" || fail "log-key.pem is not as openssl writes it"
}

# --- The checkpoint: what the log's owner signed. Its text ends before the empty line.

check_checkpoint() {
    {
        IFS= read -r origin && IFS= read -r size && IFS= read -r root && IFS= read -r empty && IFS= read -r signature
    } <checkpoint || fail "checkpoint cannot be read"
    same checkpoint "$(printf '%s\n' "$origin" "$size" "$root" '' "$signature" | sha256sum)" ||
        fail "checkpoint is more or less than one signed checkpoint"
    [ "$origin" = "$name" ] || fail "checkpoint is of another log than the key"
    case $size in '' | *[!0-9]* | 0*) fail "checkpoint: its second line is not the log's size" ;; esac
    case $signature in "— $name "*) ;; *) fail "checkpoint is not signed by $name" ;; esac
    decode "${signature#"— $name "}" && [ ${#octal} -eq 272 ] || fail "checkpoint: the signature cannot be read"
    [ "${octal#"$id"}" != "$octal" ] || fail "checkpoint is signed by another key"
    printf "${octal#"$id"}" >"$work/signature"
    printf '%s\n' "$origin" "$size" "$root" >"$work/text"
    openssl pkeyutl -verify -pubin -inkey log-key.pem -rawin -in "$work/text" -sigfile "$work/signature" \
        >/dev/null 2>&1 || fail "checkpoint: the signature is not of this text"
    decode "$root" && [ ${#octal} -eq 128 ] || fail "checkpoint: its third line is no hash"
    root=$octal
}

# --- The entries. $octal is the hash of what has been put together so far.

# node LEFT RIGHT: sets $octal to SHA-256 of 01, left, right.
node() {
    hash=$(printf "\\001$1$2" | sha256sum)
    unhex "${hash%% *}"
}

# climb: reads the proof's hashes up to the empty line and goes from the leaf $octal at $index to the root. Keeps what it
# has read in $proof.
climb() {
    place=$index
    last=$((size - 1))
    proof=
    while IFS= read -r line && [ -n "$line" ]; do
        proof="$proof$line
"
        here=$octal
        decode "$line" && [ ${#octal} -eq 128 ] || fail "$receipt: a line of the proof is no hash"
        [ "$last" -gt 0 ] || fail "$receipt: the proof is too long"
        if [ $((place % 2)) -eq 1 ] || [ "$place" -eq "$last" ]; then
            node "$octal" "$here"
            while [ $((place % 2)) -eq 0 ] && [ "$place" -ne 0 ]; do
                place=$((place / 2))
                last=$((last / 2))
            done
        else
            node "$here" "$octal"
        fi
        place=$((place / 2))
        last=$((last / 2))
    done
    [ "$last" -eq 0 ] || fail "$receipt: the proof is too short"
}

# check_entry: that $entry is in the log at the position that it is named after.
check_entry() {
    position=${entry#entries/}
    position=${position%.entry}
    case $position in '' | *[!0-9]* | 0*) fail "$entry is not named after a position" ;; esac
    index=$((position - 1))
    [ "$index" -lt "$size" ] || fail "$entry lies behind the checkpoint"
    receipt=receipts/$position.tlog-proof
    [ -f "$receipt" ] || fail "$receipt is missing"
    hash=$({ printf '\000' && cat "$entry"; } | sha256sum)
    unhex "${hash%% *}"
    {
        IFS= read -r line
        IFS= read -r line
        IFS= read -r line
        climb
    } <"$receipt"
    [ "$octal" = "$root" ] || fail "$entry is not in the log at position $position"
    # Nothing else stands in the receipt than it should.
    same "$receipt" "$({
        printf '%s\n' c2sp.org/tlog-proof@v1 "extra $(openssl base64 -A -in "$entry")" "index $index"
        printf '%s\n' "$proof"
        cat checkpoint
    } | sha256sum)" || fail "$receipt is not the receipt of $entry against this checkpoint"
}

check_key
check_checkpoint
entries=0
for entry in entries/*.entry; do
    [ -f "$entry" ] || fail "there are no entries"
    check_entry
    entries=$((entries + 1))
done
receipts=0
for receipt in receipts/*; do receipts=$((receipts + 1)); done
[ "$receipts" -eq "$entries" ] || fail "there are more receipts than entries"
printf 'ok: %s entries are in the log %s, whose first %s entries are signed by the key in log-key.txt\n' \
    "$entries" "$name" "$size"
