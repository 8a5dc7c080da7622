# bash completion for fargauge: commands and options as its own --help lists them.
_fargauge()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words
    local program=${COMP_WORDS[0]} command=("${COMP_WORDS[1]}") second=
    COMPREPLY=()
    # What may follow the first word of "catalog types" and the like.
    if [[ ${command[0]} =~ ^[a-z]+$ ]]; then
        second=$("$program" --help 2>/dev/null | sed -nE "s/^  fargauge ${command[0]} ([a-z]+) .*/\1/p")
    fi
    if [ "$COMP_CWORD" -gt 2 ] && grep -qxF -- "${COMP_WORDS[2]}" <<<"${second:-none}"; then
        command+=("${COMP_WORDS[2]}")
    fi
    if [ "$COMP_CWORD" -eq 1 ]; then
        words="$("$program" --help 2>/dev/null | sed -n 's/^  fargauge \([a-z]*\) .*/\1/p') --help --version"
    elif [ "$COMP_CWORD" -eq 2 ] && [[ -n $second && $current != -* ]]; then
        words=$second
    elif [[ $current == -* ]]; then
        words="$("$program" "${command[@]}" --help 2>/dev/null |
            sed -nE 's/^  (-[a-zA-Z], |    )(--[a-z-]+).*/\2/p') --help"
    else
        # The choices of an option are in its help as "--format text|csv".
        words=$("$program" "${command[@]}" --help 2>/dev/null |
            sed -nE "s/^  (-[a-zA-Z], |    )$previous ([a-z0-9-]+(\|[a-z0-9-]+)+) .*/\2/p" | tr '|' ' ')
        if [ -z "$words" ]; then
            compopt -o default
            return
        fi
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _fargauge fargauge
