/// L-BFGS in f64, from the paper's two loops, with the first step and the fixed length of torch.optim.LBFGS; while no pair
/// is kept, steps double.
pub struct PlainLbfgs {
    pub pairs: Vec<(Vec<f64>, Vec<f64>)>,
    pub before: Option<(Vec<f64>, Vec<f64>)>,
    pub first: f64,
    pub history: usize,
}

pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl PlainLbfgs {
    pub fn step(&mut self, gradient: &[f64]) -> Vec<f64> {
        if let Some((step, old)) = self.before.take() {
            let change: Vec<_> = gradient.iter().zip(&old).map(|(g, o)| g - o).collect();
            if dot(&step, &change) > 1e-10 {
                self.pairs.push((step, change));
            }
            if self.pairs.len() > self.history {
                self.pairs.remove(0);
            }
        }
        let mut rate = 1.0;
        if self.pairs.is_empty() {
            let absolute: f64 = gradient.iter().map(|g| g.abs()).sum();
            rate = f64::min(1.0, self.first / absolute);
            self.first *= 2.0;
        }
        let mut q: Vec<_> = gradient.iter().map(|g| -g).collect();
        let mut alphas = Vec::new();
        for (s, y) in self.pairs.iter().rev() {
            let alpha = dot(s, &q) / dot(s, y);
            q.iter_mut().zip(y).for_each(|(q, y)| *q -= alpha * y);
            alphas.push(alpha);
        }
        if let Some((s, y)) = self.pairs.last() {
            let gamma = dot(s, y) / dot(y, y);
            q.iter_mut().for_each(|q| *q *= gamma);
        }
        for ((s, y), alpha) in self.pairs.iter().zip(alphas.iter().rev()) {
            let beta = dot(y, &q) / dot(s, y);
            q.iter_mut()
                .zip(s)
                .for_each(|(q, s)| *q += (alpha - beta) * s);
        }
        let step: Vec<_> = q.iter().map(|q| rate * q).collect();
        self.before = Some((step.clone(), gradient.to_vec()));
        step
    }
}
