import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const BOOTSTRAP = 'local-runner/bootstrap.mjs'

const packageJson = z.object({ scripts: z.object({ start: z.string().startsWith('node ') }) })
const text = readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')
const [, ...all] = packageJson.parse(JSON.parse(text)).scripts.start.split(' ')

/** What `npm start` gives the pinned Node: flags, then the runner. */
export const startArguments: readonly string[] = all.filter((argument) => argument !== BOOTSTRAP)
export const startFlags = all.filter((argument) => argument.startsWith('--'))
