/** Variables of the environment that hold secrets, whoever uses them. */
const secretPattern =
  /^(PI_IMAGE_(WIFI_PASSWORD(_\d+)?|PASSWORD|VNC_PASSWORD|NOTIFY_URL)|INPUT_GITHUB-TOKEN)$/;

/** The variable with the password of the Wi-Fi network at this place of the list: the second is `…_2`. */
export function passwordVariable(index: number): string {
  return index === 0 ? 'PI_IMAGE_WIFI_PASSWORD' : `PI_IMAGE_WIFI_PASSWORD_${index + 1}`;
}

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
