import { createPorts } from '../../local-runner/servers/ports.ts'

/** The ports that a runner opens without an offset, its console first. */
const STANDARD = [8080, 8081, 8082, 8083, 8084]
const ports = createPorts({ any: true })

/** A PORT_OFFSET with which all ports of a runner are free now; never given twice. */
export async function freePortOffset(): Promise<number> {
  for (;;) {
    const offset = (await ports.take(0)) - 8080
    const exact = createPorts({ offset })
    const taken = []
    for (const standard of STANDARD) taken.push(await exact.take(standard))
    if (offset > 0 && taken.every((port, index) => port === (STANDARD[index] ?? 0) + offset)) return offset
  }
}
