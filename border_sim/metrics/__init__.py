"""Events to windows of counts, histograms and time integrals: pure folds, integers only."""
