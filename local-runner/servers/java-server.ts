import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { Guardian, ServerProcess } from './guardian.ts'
import { readServerLog } from './server-log.ts'
import { ServerStartError, startServer } from './start-server.ts'

export interface Java {
  readonly file: string
  /** Full version, such as 17.0.15. */
  readonly version: string
}

/** What the servers of one Kafka release have in common. */
export interface JavaSetup {
  readonly java: Java
  readonly classPath: string
  readonly loggingOption: string
  /** Where class-data archives are kept: `<archivePrefix>-<server>-java-<version>.jsa`. */
  readonly archivePrefix: string
}

export interface JavaServer {
  readonly name: string
  readonly mainClass: string
  readonly configFile: string
  readonly logFile: string
  readonly isReady: (log: string) => boolean | Promise<boolean>
}

const JVM_OPTIONS = [
  '-Xms128m',
  '-Xmx384m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Xshare:auto',
  '-Djava.awt.headless=true',
]

/**
 * Starts a Java server with an archive of its loaded classes, which halves the start time; the first clean stop writes it.
 * https://docs.oracle.com/en/java/javase/17/docs/specs/man/java.html#application-class-data-sharing
 */
export async function startJavaServer(
  guardian: Pick<Guardian, 'start'>,
  { java, classPath, loggingOption, archivePrefix }: JavaSetup,
  { name, mainClass, configFile, logFile, isReady }: JavaServer,
): Promise<ServerProcess> {
  const keptAs = `${archivePrefix}-${name}-java-${java.version}.jsa`
  const writtenAs = `${keptAs}.${process.pid}`
  const startWith = async (hasArchive: boolean) =>
    await startServer(
      guardian,
      {
        name,
        file: java.file,
        args: [
          ...JVM_OPTIONS,
          hasArchive ? `-XX:SharedArchiveFile=${keptAs}` : `-XX:ArchiveClassesAtExit=${writtenAs}`,
          loggingOption,
          mainClass,
          configFile,
        ],
        environment: { CLASSPATH: classPath },
        logFile,
        ...(!hasArchive && { archive: { writtenAs, keptAs } }),
      },
      isReady,
    )
  if (!existsSync(keptAs)) return await startWith(false)
  const removeArchive = async () => await rm(keptAs, { force: true })
  try {
    const server = await startWith(true)
    // Written by another Java or for other files: the JVM ignored it. The next start writes a new one.
    if (readServerLog(logFile).includes('Unable to use shared archive')) await removeArchive()
    return server
  } catch (error) {
    // A damaged archive crashes the JVM.
    if (!(error instanceof ServerStartError) || !isArchiveFailure(error.log)) throw error
    await removeArchive()
    return await startWith(false)
  }
}

const isArchiveFailure = (log: string) => /fatal error has been detected|shared archive/i.test(log)
