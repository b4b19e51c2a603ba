// Removes each guard in turn, in a scratch copy, and prints which test fails: `npm run chaos:guards [-- part of a name]`.
import { join } from 'node:path'
import { GUARDS } from './guards.ts'
import { runTests } from './run-tests.ts'
import { makeScratchCopy } from './scratch-copy.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const wanted = process.argv[2] ?? ''
const guards = GUARDS.filter(({ name }) => name.includes(wanted))

async function main(): Promise<boolean> {
  const copy = await makeScratchCopy(root)
  try {
    const tests = [...new Set(guards.flatMap((guard) => guard.tests))]
    const sound = await runTests(copy.directory, tests)
    if (sound.failed.length > 0) {
      throw new Error(`With every guard in place these fail already:\n${sound.failed.join('\n')}`)
    }
    console.log(`With every guard in place ${sound.passed} tests pass.\n`)
    console.log('| guard | taken from | red | the first of them |\n| --- | --- | --- | --- |')
    let isEachSeen = true
    for (const guard of guards) {
      const putBack = await copy.without(guard)
      const { failed } = await runTests(copy.directory, guard.tests)
      await putBack()
      isEachSeen &&= failed.length > 0
      console.log(`| ${guard.name} | \`${guard.file}\` | ${failed.length} | ${failed[0] ?? '**NOT SEEN**'} |`)
    }
    return isEachSeen
  } finally {
    await copy.remove()
  }
}

process.exitCode = (await main()) ? 0 : 1
