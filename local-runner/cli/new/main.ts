// `npm run new`: writes the folder of a new function. NEW_HELP says how to ask for one.
import { join } from 'node:path'
import { styleText } from 'node:util'
import { NEW_HELP, type NewFunction, parseNewArguments } from './new-arguments.ts'
import { pathOf, placeholder, routeUses } from './route-uses.ts'
import { writeFunction, type WrittenFunction } from './write-function.ts'

function report(wanted: NewFunction, { port, files }: WrittenFunction): string {
  const { name } = wanted
  const uses = routeUses(wanted)
  const reads = uses.filter(({ parameter }) => parameter !== undefined)
  const unwritten = uses.filter(({ parameter }) => parameter === undefined)
  return [
    `functions/${name}/ on port ${port}:`,
    ...files.map((file) => `  ${file}`),
    `docker-compose.yml has its service lambda-${name}.`,
    '',
    'Next:',
    '  npm start',
    ...reads.map((use) => `  curl localhost:${port}${pathOf(use, placeholder)}`),
    `  npm test -- functions/${name}`,
    ...unwritten.map(
      ({ routeKey }) => `  write "${routeKey}" in functions/${name}/${name}-handler.ts (501 until then)`,
    ),
    '',
  ].join('\n')
}

try {
  const wanted = parseNewArguments(process.argv.slice(2))
  if (wanted === undefined) process.stdout.write(NEW_HELP)
  else {
    const root = join(import.meta.dirname, '..', '..', '..')
    process.stdout.write(report(wanted, await writeFunction(root, wanted)))
  }
} catch (error) {
  process.stderr.write(`${styleText('red', error instanceof Error ? error.message : String(error))}\n`)
  process.exitCode = 1
}
