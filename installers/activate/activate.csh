# To enter the environment from csh or tcsh:  source {{ scripts }}/activate.csh
# To leave it:  deactivate
# What is saved goes by the names that all tools of this kind use, so that environments replace each other cleanly.

alias deactivate 'if ( $?_OLD_VIRTUAL_PATH ) eval '\''setenv PATH "$_OLD_VIRTUAL_PATH:q"; unset _OLD_VIRTUAL_PATH'\''; if ( $?_OLD_VIRTUAL_PYTHONHOME ) eval '\''setenv PYTHONHOME "$_OLD_VIRTUAL_PYTHONHOME:q"; unset _OLD_VIRTUAL_PYTHONHOME'\''; if ( $?_OLD_VIRTUAL_PROMPT ) eval '\''set prompt = "$_OLD_VIRTUAL_PROMPT:q"; unset _OLD_VIRTUAL_PROMPT'\''; unsetenv VIRTUAL_ENV VIRTUAL_ENV_PROMPT; if ( "\!:*" != nondestructive ) unalias deactivate; rehash'

# Another environment may be active.
deactivate nondestructive

setenv VIRTUAL_ENV {{ root }}
setenv VIRTUAL_ENV_PROMPT {{ prompt }}

set _OLD_VIRTUAL_PATH = "$PATH:q"
setenv PATH "$VIRTUAL_ENV:q/{{ scripts }}:$PATH:q"

if ( $?PYTHONHOME ) then
    set _OLD_VIRTUAL_PYTHONHOME = "$PYTHONHOME:q"
    unsetenv PYTHONHOME
endif

set _virtual_label = {{ label }}
if ( $?VIRTUAL_ENV_DISABLE_PROMPT ) then
    if ( "$VIRTUAL_ENV_DISABLE_PROMPT:q" != "" ) set _virtual_label = ''
endif
if ( $?prompt && "$_virtual_label:q" != "" ) then
    set _OLD_VIRTUAL_PROMPT = "$prompt:q"
    set prompt = "($_virtual_label:q) $prompt:q"
endif
unset _virtual_label

rehash
