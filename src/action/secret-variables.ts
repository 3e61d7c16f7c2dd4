/** Variables of the environment that hold secrets, whoever uses them. */
const secretPattern =
  /^(PI_IMAGE_(WIFI_PASSWORD(_\d+)?|PASSWORD|VNC_PASSWORD|NOTIFY_URL)|INPUT_GITHUB-TOKEN)$/;

/** Every secret that the environment holds for us, before anybody asks for it. */
export function secretsIn(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    secretPattern.test(name) && value ? value : [],
  );
}

/** A secret that the repository does not have is an empty variable to the step, and no secret. */
export function withoutEmptySecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => value !== '' || !secretPattern.test(name)),
  );
}
