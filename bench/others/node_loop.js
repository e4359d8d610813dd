// Answers each call, plays `beep` three times, hangs up: as the examples of ari-client do it.
const client = require('ari-client');

const { BENCH_ASTERISK, BENCH_USER, BENCH_PASSWORD, BENCH_APPLICATION } = process.env;
const BEEPS = 3;

async function call(ari, channel) {
  await channel.answer();
  for (let beep = 0; beep < BEEPS; beep++) {
    const playback = ari.Playback();
    const finished = new Promise((resolve) => playback.once('PlaybackFinished', resolve));
    await channel.play({ media: 'sound:beep' }, playback);
    await finished;
  }
  await channel.hangup();
}

client.connect(BENCH_ASTERISK, BENCH_USER, BENCH_PASSWORD).then((ari) => {
  ari.on('StasisStart', (event, channel) => call(ari, channel).catch(console.error));
  ari.start(BENCH_APPLICATION);
});
