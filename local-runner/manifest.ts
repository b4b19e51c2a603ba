import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { manifestFunction } from './function-definition.ts'

const manifest = z
  .strictObject({
    functions: z.array(manifestFunction).min(1, 'There must be at least one function.'),
    topics: z.array(
      z.strictObject({
        name: z.string().min(1),
        numPartitions: z.int().min(1),
        configEntries: z.record(z.string(), z.string()),
      }),
    ),
    api: z.strictObject({
      stage: z.literal('$default', 'The local runner serves the $default stage only.'),
      try: z.string().optional(),
    }),
  })
  .superRefine(({ functions }, context) => {
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

/** The name of the function an issue is about, as the reader of function.json knows it. */
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

/** Throws an error that names each function, key and rule that was broken. */
export function parseManifest(value: unknown): Manifest {
  const parsed = manifest.safeParse(value)
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map((issue) => `  ${subjectOf(value, issue.path)}: ${issue.message}`)
  throw new Error(
    `The manifest breaks these rules:\n${lines.join('\n')}\nMend the function.json named and start again.`,
  )
}

export async function readManifest(path: string): Promise<Manifest> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Error(`Cannot read ${path}. Build the functions first (npm run build).`, { cause: error })
  })
  return parseManifest(JSON.parse(text))
}
