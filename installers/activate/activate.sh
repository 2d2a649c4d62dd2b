# To enter the environment from sh, bash, zsh, dash or ksh:  . {{ scripts }}/activate
# To leave it:  deactivate
# What is saved goes by the names that all tools of this kind use, so that environments replace each other cleanly.

deactivate() {
    if [ -n "${_OLD_VIRTUAL_PATH+set}" ]; then
        PATH=$_OLD_VIRTUAL_PATH
        export PATH
        unset _OLD_VIRTUAL_PATH
    fi
    if [ -n "${_OLD_VIRTUAL_PYTHONHOME+set}" ]; then
        PYTHONHOME=$_OLD_VIRTUAL_PYTHONHOME
        export PYTHONHOME
        unset _OLD_VIRTUAL_PYTHONHOME
    fi
    if [ -n "${_OLD_VIRTUAL_PS1+set}" ]; then
        PS1=$_OLD_VIRTUAL_PS1
        unset _OLD_VIRTUAL_PS1
    fi
    unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
    if [ "${1-}" != nondestructive ]; then
        unset -f deactivate
    fi
    # The shell remembers where it found commands.
    hash -r 2>/dev/null || true
}

# Another environment may be active.
deactivate nondestructive

VIRTUAL_ENV={{ root }}
if command -v cygpath >/dev/null 2>&1; then
    # Shells of Cygwin and MSYS on Windows have names of their own for its directories.
    VIRTUAL_ENV=$(cygpath "$VIRTUAL_ENV")
fi
VIRTUAL_ENV_PROMPT={{ prompt }}
export VIRTUAL_ENV VIRTUAL_ENV_PROMPT

_OLD_VIRTUAL_PATH=${PATH-}
PATH=$VIRTUAL_ENV/{{ scripts }}${PATH:+:$PATH}
export PATH

if [ -n "${PYTHONHOME+set}" ]; then
    _OLD_VIRTUAL_PYTHONHOME=$PYTHONHOME
    unset PYTHONHOME
fi

if [ -z "${VIRTUAL_ENV_DISABLE_PROMPT-}" ] && [ -n "${PS1+set}" ]; then
    _OLD_VIRTUAL_PS1=$PS1
    PS1="("{{ label }}") $PS1"
fi

hash -r 2>/dev/null || true
