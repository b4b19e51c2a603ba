import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { apiSettings } from '../api-gateway/api-settings.ts'
import { constraintText } from './constraint-text.ts'
import { manifestFunction } from './function-definition.ts'
import { mappingViolations } from './mapping-rules.ts'
import { urlPortViolations } from './url-port-rules.ts'

const manifest = z
  .strictObject({
    functions: z.array(manifestFunction).min(1, 'There must be at least one function.'),
    topics: z
      .array(
        z.strictObject({
          name: z.string().min(1),
          numPartitions: z.int().min(1),
          configEntries: z.record(z.string(), z.string()),
        }),
      )
      .refine(
        (topics) => new Set(topics.map(({ name }) => name)).size === topics.length,
        'A topic is in functions/topics.json or a topics.json of a function twice: remove one.',
      ),
    api: apiSettings,
  })
  .superRefine(({ functions, topics, api }, context) => {
    for (const { functionIndex, path, message } of mappingViolations(functions, topics)) {
      context.addIssue({ code: 'custom', path: ['functions', functionIndex, ...path], message })
    }
    const routes = new Set(functions.flatMap(({ triggers }) => triggers.http))
    const names = new Set(functions.map(({ name }) => name))
    for (const [name, settings] of Object.entries(api.authorizers)) {
      if (settings.authorizerType === 'JWT' || names.has(settings.functionName)) continue
      const message = `there is no function "${settings.functionName}"; name one of functions/.`
      context.addIssue({ code: 'custom', path: ['api', 'authorizers', name, 'functionName'], message })
    }
    for (const [name, { routes: guarded }] of Object.entries(api.authorizers)) {
      for (const routeKey of Object.keys(guarded).filter((key) => !routes.has(key))) {
        const message = `no function has the route "${routeKey}"; write it as in function.json.`
        context.addIssue({ code: 'custom', path: ['api', 'authorizers', name, 'routes'], message })
      }
    }
    for (const { functionIndex, message } of urlPortViolations(functions)) {
      const path = ['functions', functionIndex, 'functionUrlConfig', 'localPort']
      context.addIssue({ code: 'custom', path, message })
    }
    for (const key of ['name', 'port'] as const) {
      for (const [index, definition] of functions.entries()) {
        const first = functions.find((other) => other[key] === definition[key])
        if (first === definition) continue
        const message = `${definition[key]} is taken by the function "${first?.name}" already; choose another.`
        context.addIssue({ code: 'custom', path: ['functions', index, key], message })
      }
    }
  })

export type Manifest = z.output<typeof manifest>

/** Where an issue is, in the terms of function.json. */
function subjectOf(value: unknown, path: readonly PropertyKey[]): string {
  const [section, index, ...rest] = path
  if (section !== 'functions' || typeof index !== 'number') return path.join('.')
  const name = z
    .object({ functions: z.array(z.unknown()) })
    .transform(({ functions }) => z.object({ name: z.string() }).parse(functions[index]).name)
    .catch(`number ${index + 1}`)
    .parse(value)
  return `function "${name}", ${rest.length === 0 ? 'function.json' : rest.join('.')}`
}

const toText: z.core.$ZodErrorMap = (issue) =>
  issue.path?.includes('kafka') ? constraintText(issue) : undefined

/** @throws error that names each violated rule, with function and key */
export function parseManifest(value: unknown): Manifest {
  const parsed = manifest.safeParse(value, { error: toText })
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map((issue) => `  ${subjectOf(value, issue.path)}: ${issue.message}`)
  throw new Error(
    `The manifest breaks these rules:\n${lines.join('\n')}\nCorrect the file (functions/<name>/function.json, functions/api.json).`,
  )
}

export async function readManifest(path: string): Promise<Manifest> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Error(`Cannot read ${path}. Build the functions first (npm run build).`, { cause: error })
  })
  return parseManifest(JSON.parse(text))
}
