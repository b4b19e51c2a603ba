import * as z from 'zod'

/** Those of esbuild that make a file that is no code importable. */
const LOADERS = ['text', 'json', 'base64', 'dataurl', 'binary', 'file', 'copy'] as const
/** What the build reads itself. */
const CODE = /^\.([cm]?[jt]s|[jt]sx|json|lua)$/

const extension = z
  .string()
  .regex(/^(\.[\w-]{1,32}){1,4}$/, 'An extension is written as ".html".')
  .refine((text) => !CODE.test(text), 'The build reads this extension as code already: leave it out.')

const packageName = z
  .string()
  .max(214)
  .regex(
    /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/,
    'This is no name of a package, such as "sharp" or "@node-rs/crc32".',
  )

const modulePath = z
  .string()
  .max(300)
  .regex(
    /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*(\/[\w.-]+)+$/,
    'This is no path of a module in a package, such as "kafkajs/src/consumer".',
  )

/** `build` of a function.json. */
export const buildSettings = z.strictObject({
  loader: z
    .record(extension, z.enum(LOADERS), {
      error: (issue) => (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined),
    })
    .default({})
    .describe('What an import of a file with this extension gives: a loader of esbuild'),
  external: z
    .array(packageName)
    .max(50)
    .default([])
    .refine((names) => new Set(names).size === names.length, 'A package is named twice.')
    .describe('Packages that lie beside the bundle in node_modules, as native ones must'),
  omit: z
    .array(modulePath)
    .max(100)
    .default([])
    .describe(
      'Modules of packages that the function never uses; the bundle has none of them, and a use throws',
    ),
})

export type BuildSettings = z.output<typeof buildSettings>

/** @param value `build` of the function's function.json @throws an Error that names each violated rule, by key */
export function parseBuildSettings(name: string, value: unknown = {}): BuildSettings {
  const { data, error } = buildSettings.safeParse(value)
  if (data) return data
  const lines = error.issues.map(({ path, message }) => `  ${['build', ...path].join(' > ')}: ${message}`)
  throw new Error(`functions/${name}/function.json breaks these rules:\n${lines.join('\n')}`)
}
