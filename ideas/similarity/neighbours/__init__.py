"""The neighbour graph: for each row of a matrix of unit rows, the rows with the largest cosine, exactly."""
