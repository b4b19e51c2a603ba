interface Coordinates {
  readonly groupId: string
  readonly artifactId: string
  readonly version: string
}

const toDependency = ({ groupId, artifactId, version }: Coordinates, exclusions = '') =>
  `    <dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version>${exclusions}</dependency>`

const NOTHING_ELSE =
  '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>'

/** A POM that asks for `libraries` with all they need, and for `alone` without. */
export const toPom = (libraries: readonly Coordinates[], alone: readonly Coordinates[]): string =>
  `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>stack</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
${[...libraries.map((one) => toDependency(one)), ...alone.map((one) => toDependency(one, NOTHING_ELSE))].join('\n')}
  </dependencies>
</project>
`
