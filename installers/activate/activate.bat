@rem To enter the environment from the command prompt:  {{ scripts }}\activate.bat
@rem To leave it:  deactivate

@rem Another environment may be active.
@call "%~dp0deactivate.bat"

@for %%d in ("%~dp0..") do @set "VIRTUAL_ENV=%%~fd"
@set "VIRTUAL_ENV_PROMPT={{ label }}"

@set "_OLD_VIRTUAL_PATH=%PATH%"
@set "PATH=%VIRTUAL_ENV%\{{ scripts }};%PATH%"

@if defined PYTHONHOME set "_OLD_VIRTUAL_PYTHONHOME=%PYTHONHOME%"
@set PYTHONHOME=

@if defined VIRTUAL_ENV_DISABLE_PROMPT exit /b 0
@if not defined PROMPT set PROMPT=$P$G
@set "_OLD_VIRTUAL_PROMPT=%PROMPT%"
@set "PROMPT=(%VIRTUAL_ENV_PROMPT%) %PROMPT%"
@exit /b 0
