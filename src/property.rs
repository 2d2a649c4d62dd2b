//! Properties that hold for every input of a parser. Tests try a few hundred inputs, the targets in `fuzz/` millions. The
//! properties of a module are in its file `properties.rs`, which is built for tests and for fuzzing only.

/// A property, with inputs that are close to interesting ones.
pub struct Property {
    pub seeds: Seeds,
    pub holds: Check,
}

/// Inputs to begin with.
pub enum Seeds {
    Made(fn() -> Vec<Vec<u8>>),
    Texts(&'static [&'static str]),
}

/// Panics on an input that shows the property wrong.
pub enum Check {
    Bytes(fn(&[u8])),
    /// Called for UTF-8 only.
    Text(fn(&str)),
}

impl Property {
    /// The inputs to begin with.
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        match self.seeds {
            Seeds::Made(make) => make(),
            Seeds::Texts(texts) => texts.iter().map(|text| text.as_bytes().to_vec()).collect(),
        }
    }

    /// Panics if an input shows the property wrong.
    pub fn check(&self, input: &[u8]) {
        match (&self.holds, str::from_utf8(input)) {
            (Check::Bytes(holds), _) => holds(input),
            (Check::Text(holds), Ok(text)) => holds(text),
            (Check::Text(_), Err(_)) => {}
        }
    }
}

#[cfg(test)]
impl Property {
    /// Tries the seeds and a number of inputs made from them, the same ones each time.
    pub(crate) fn try_out(&self, rounds: usize) {
        let seeds = self.seeds();
        let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
        let made = (0..rounds).map(|_| noise.changed(&seeds));
        for input in seeds.iter().cloned().chain(made.collect::<Vec<_>>()) {
            let held = std::panic::catch_unwind(|| self.check(&input)).is_ok();
            assert!(held, "it does not hold for {:?}", String::from_utf8_lossy(&input));
        }
    }
}

/// Numbers without a pattern (xorshift64*).
#[cfg(test)]
struct Noise(u64);

#[cfg(test)]
impl Noise {
    /// A number below the bound.
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        usize::try_from(high).unwrap() % bound.max(1)
    }

    /// A seed with one to four changes.
    fn changed(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut input = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(4) {
            let (at, other) = (self.below(input.len()), self.below(input.len() + 1));
            let span = at.min(other)..at.max(other);
            match self.below(6) {
                0 => drop(input.drain(span)),
                1 => input.extend_from_within(span),
                2 => {
                    let donor = &seeds[self.below(seeds.len())];
                    let part = donor[self.below(donor.len() + 1)..].to_vec();
                    input.splice(span, part);
                }
                3 => input.insert(at, b" \n\0\xff,;=[]()\"'/\\.-0"[self.below(18)]),
                _ if input.is_empty() => {}
                4 => input[at] ^= 1 << self.below(8),
                _ => input[at] = u8::try_from(self.below(256)).unwrap(),
            }
        }
        input
    }
}
