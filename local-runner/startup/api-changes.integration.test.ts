import { expect, test } from 'vitest'
import { definitionText, freePort, get, startScratchProject } from './testing/started-project.ts'

const CODE = `export const handler = async () => 'served'\n`

test('[3.5] what a caller of the API has reserved holds for a new version too, until function.json reserves something', async () => {
  const port = await freePort()
  const { save, apiFunctions, untilPrinted } = await startScratchProject({
    'functions/tried/function.json': definitionText('tried', port),
    'functions/tried/handler.ts': CODE,
  })
  const reserved = () => apiFunctions.get('tried')?.reservedConcurrency()
  expect(await get(port)).toBe('200 served')
  await apiFunctions.get('tried')?.reserveConcurrency(0)
  expect([reserved(), await get(port)]).toEqual([0, expect.stringMatching(/^503 /)])

  save('functions/tried/function.json', definitionText('tried', port, { memorySize: 256 }))
  await untilPrinted('has new settings: memorySize')
  expect([reserved(), await get(port)]).toEqual([0, expect.stringMatching(/^503 /)])

  save('functions/tried/function.json', definitionText('tried', port, { reservedConcurrency: 2 }))
  await untilPrinted('reservedConcurrency')
  expect([reserved(), await get(port)]).toEqual([2, '200 served'])
})
