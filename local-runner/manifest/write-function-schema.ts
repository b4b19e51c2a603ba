// Writes function.schema.json, by which editors check function.json: `node local-runner/manifest/write-function-schema.ts`.
import { writeFile } from 'node:fs/promises'
import { format } from 'prettier'
import { functionSchema } from './function-schema.ts'

const text = await format(JSON.stringify(functionSchema()), { parser: 'json', printWidth: 110 })
await writeFile(new URL('function.schema.json', import.meta.url), text)
