import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { environmentKinds } from '../../testing/environment-kinds.ts'

const CHUNKS = 100
/** More than a handler needs to write all its chunks to a caller who takes them. */
const HELD_MS = 1_000

describe.each(environmentKinds)('$kind', ({ missing, open }) => {
  const host = async (handler: string, definition: Record<string, unknown> = {}) => {
    if (missing !== undefined) throw new Error(missing)
    const source = `exports.handler = awslambda.streamifyResponse(${handler})`
    return open({ files: { 'index.cjs': source }, definition })
  }

  test('[3.5] a caller who does not take what a handler streams holds it back', async () => {
    const { invoke, taskRoot } = await host(
      `async ({ progress }, stream) => {
         const chunk = Buffer.alloc(1024 * 1024)
         for (let n = 1; n <= ${CHUNKS}; n++) {
           const more = stream.write(chunk)
           require('node:fs').writeFileSync(progress, String(n))
           if (!more) await new Promise((done) => stream.once('drain', done))
           await new Promise(setImmediate)
         }
         stream.end() }`,
      { timeout: 60, memorySize: 512 },
    )
    const progress = join(taskRoot, 'progress')
    writeFileSync(progress, '0')
    let bytes = 0
    let written: number | undefined
    const onChunk = async (chunk: Uint8Array) => {
      bytes += chunk.byteLength
      if (written !== undefined) return
      await delay(HELD_MS)
      written = Number(readFileSync(progress, 'utf8'))
    }
    expect(await invoke(JSON.stringify({ progress }), { onChunk })).toEqual({
      outcome: 'success',
      payload: '',
    })
    expect(bytes).toBe(CHUNKS * 1024 * 1024)
    expect(written).toBeLessThan(CHUNKS)
  })

  test.each([
    ['application/octet-stream', "stream.write('x')"],
    ['text/x-own', "stream.setContentType('text/x-own'); stream.write('x')"],
    [
      'application/vnd.awslambda.http-integration-response',
      "awslambda.HttpResponseStream.from(stream, {}).write('x')",
    ],
  ])('[3.5] a caller who streams learns the content type %s', async (contentType, code) => {
    const { invoke } = await host(`async (event, stream) => { ${code}; stream.end('y') }`)
    const seen = new Set<string>()
    await invoke('{}', { onChunk: (_, type) => void seen.add(type) })
    expect([...seen]).toEqual([contentType])
  })
})
