//! Requirements and candidates -> pins, or an explained conflict. Fetches nothing itself: candidates come through a trait.
