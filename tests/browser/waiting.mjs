// Waiting for what others do. A deadline is generous, since sanitizers make everything slow; a test
// that passes never waits for one.
const kPatience = 60_000;

// What `promise` brings, or an error that names `what` did not come.
export async function deadline(promise, what, patience = kPatience) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), patience);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

// Asks again until the answer is truthy, and returns it. Only for what tells nobody when it
// happens, like a time that has passed on the server.
export async function eventually(ask, what) {
  const end = Date.now() + kPatience;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
