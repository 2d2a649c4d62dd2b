# To enter the environment from PowerShell:  . {{ scripts }}/Activate.ps1
# To leave it:  deactivate
# What is saved goes by the names that all tools of this kind use, so that environments replace each other cleanly.

function global:deactivate([switch]$NonDestructive) {
    if (Test-Path Env:_OLD_VIRTUAL_PATH) {
        $env:PATH = $env:_OLD_VIRTUAL_PATH
        Remove-Item Env:_OLD_VIRTUAL_PATH
    }
    if (Test-Path Env:_OLD_VIRTUAL_PYTHONHOME) {
        $env:PYTHONHOME = $env:_OLD_VIRTUAL_PYTHONHOME
        Remove-Item Env:_OLD_VIRTUAL_PYTHONHOME
    }
    if (Test-Path Function:_OLD_VIRTUAL_PROMPT) {
        Set-Item Function:global:prompt (Get-Item Function:_OLD_VIRTUAL_PROMPT).ScriptBlock
        Remove-Item Function:_OLD_VIRTUAL_PROMPT
    }
    foreach ($name in 'VIRTUAL_ENV', 'VIRTUAL_ENV_PROMPT') {
        if (Test-Path "Env:$name") { Remove-Item "Env:$name" }
    }
    if (-not $NonDestructive) {
        Remove-Item Function:deactivate
    }
}

# Another environment may be active.
deactivate -NonDestructive

$env:VIRTUAL_ENV = Split-Path -Parent $PSScriptRoot
$env:VIRTUAL_ENV_PROMPT = {{ prompt }}

$env:_OLD_VIRTUAL_PATH = $env:PATH
$env:PATH = $PSScriptRoot + [System.IO.Path]::PathSeparator + $env:PATH

if (Test-Path Env:PYTHONHOME) {
    $env:_OLD_VIRTUAL_PYTHONHOME = $env:PYTHONHOME
    Remove-Item Env:PYTHONHOME
}

if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT) {
    Set-Item Function:global:_OLD_VIRTUAL_PROMPT (Get-Item Function:prompt).ScriptBlock
    function global:prompt {
        "($env:VIRTUAL_ENV_PROMPT) " + (_OLD_VIRTUAL_PROMPT)
    }
}
