// Writes the table of rules into README.md: `node local-runner/conformance/write-rule-table.ts`.
import { writeFile } from 'node:fs/promises'
import { readmePath, readmeWithRules } from './readme-with-rules.ts'

await writeFile(readmePath, await readmeWithRules())
