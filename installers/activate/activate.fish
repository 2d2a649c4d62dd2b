# To enter the environment from fish:  source {{ scripts }}/activate.fish
# To leave it:  deactivate
# What is saved goes by the names that all tools of this kind use, so that environments replace each other cleanly.

function deactivate -d 'Leave the virtual environment'
    if set -q _OLD_VIRTUAL_PATH
        set -gx PATH $_OLD_VIRTUAL_PATH
        set -e _OLD_VIRTUAL_PATH
    end
    if set -q _OLD_VIRTUAL_PYTHONHOME
        set -gx PYTHONHOME $_OLD_VIRTUAL_PYTHONHOME
        set -e _OLD_VIRTUAL_PYTHONHOME
    end
    if set -q _OLD_FISH_PROMPT_OVERRIDE
        set -e _OLD_FISH_PROMPT_OVERRIDE
        if functions -q _old_fish_prompt
            functions -e fish_prompt
            functions -c _old_fish_prompt fish_prompt
            functions -e _old_fish_prompt
        end
    end
    set -e VIRTUAL_ENV
    set -e VIRTUAL_ENV_PROMPT
    if test "$argv[1]" != nondestructive
        functions -e deactivate
    end
end

# Another environment may be active.
deactivate nondestructive

set -gx VIRTUAL_ENV {{ root }}
if type -q cygpath
    # fish of Cygwin and MSYS on Windows has names of its own for its directories.
    set -gx VIRTUAL_ENV (cygpath $VIRTUAL_ENV)
end
set -gx VIRTUAL_ENV_PROMPT {{ prompt }}

set -gx _OLD_VIRTUAL_PATH $PATH
set -gx PATH "$VIRTUAL_ENV/{{ scripts }}" $PATH

if set -q PYTHONHOME
    set -gx _OLD_VIRTUAL_PYTHONHOME $PYTHONHOME
    set -e PYTHONHOME
end

if test -z "$VIRTUAL_ENV_DISABLE_PROMPT"; and functions -q fish_prompt
    functions -c fish_prompt _old_fish_prompt
    set -gx _OLD_FISH_PROMPT_OVERRIDE $VIRTUAL_ENV

    function _virtual_env_status
        return $argv[1]
    end

    function fish_prompt
        # The user's own prompt may show how the last command ended.
        set -l last $status
        printf '(%s) ' {{ label }}
        _virtual_env_status $last
        _old_fish_prompt
    end
end
