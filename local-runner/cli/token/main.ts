// `npm run token`: prints a token for the routes with an authorizer in functions/api.json.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { apiSettings } from '../../api-gateway/api-settings.ts'
import { makeToken } from './make-token.ts'

const projectDirectory = join(import.meta.dirname, '..', '..', '..')

const HELP = `Prints a JSON Web Token that the local runner accepts, signed with a key kept in .local/token-key.json.

  npm run -s token                        all scopes that the routes require, valid for an hour
  npm run -s token -- --scope 'orders:read' --subject c-42 --expires-in 60

  --authorizer <name>     a name from functions/api.json; needed when there are several
  --subject <text>        the sub claim (default: developer)
  --scope <words>         the scope claim
  --expires-in <seconds>  default 3600; negative for an expired one
  --help
`

try {
  const { values } = parseArgs({
    options: {
      authorizer: { type: 'string' },
      subject: { type: 'string', default: 'developer' },
      scope: { type: 'string' },
      'expires-in': { type: 'string', default: '3600' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) process.stdout.write(HELP)
  else {
    const expiresInSeconds = Number(values['expires-in'])
    if (!Number.isInteger(expiresInSeconds)) {
      throw new Error(`--expires-in ${values['expires-in']} must be a whole number of seconds.`)
    }
    const api = apiSettings.parse(
      JSON.parse(await readFile(join(projectDirectory, 'functions', 'api.json'), 'utf8')),
    )
    const { authorizer, subject, scope } = values
    const request = { authorizer, subject, scope, expiresInSeconds }
    console.log(await makeToken(request, { api, projectDirectory, now: () => new Date() }))
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
